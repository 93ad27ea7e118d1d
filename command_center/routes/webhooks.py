"""Outbound webhooks: who is told, what waits, and the dead letters, which a person may have tried again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from command_center.access import GivenPorts, holding
from command_center.permissions import Right
from command_center.ports import Page
from command_center.problems import Problem, responses
from command_center.sign_in import Operator
from command_center.store.audit import Entry
from contracts.contract import Contract

router = APIRouter(prefix="/api/webhooks", tags=["webhooks"])

Seeing = Annotated[Operator, Depends(holding(Right.REJECTED))]
Retrying = Annotated[Operator, Depends(holding(Right.RETRY))]


class WebhookTarget(Contract):
    """One receiver of the settings; never its secret."""

    name: str
    url: str
    exercise: bool
    """told of drills, and of nothing real"""
    waiting: int
    dead: int


class DeadLetterRow(Contract):
    """What could not be told in about a day of trying."""

    id: int
    target: str
    incident_id: str
    revision: int
    created_at: AwareDatetime
    tries: int
    last_error: str


class WebhookPage(Page):
    """GET /api/webhooks."""

    items: tuple[DeadLetterRow, ...]
    targets: tuple[WebhookTarget, ...]


@router.get("", responses=responses(401, 403))
async def webhooks(
    operator: Seeing, ports: GivenPorts, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> WebhookPage:
    """The receivers, and the newest dead letters."""
    desk = ports.webhooks
    waiting = await desk.box.waiting()
    targets = tuple(
        WebhookTarget(
            name=one.name, url=one.url.partition("?")[0], exercise=one.exercise,
            waiting=waiting.get(one.name, (0, 0))[0], dead=waiting.get(one.name, (0, 0))[1],
        )
        for one in desk.targets
    )  # fmt: skip
    letters = tuple(
        DeadLetterRow(
            id=one.id, target=one.target, incident_id=one.incident_id, revision=one.revision,
            created_at=one.created_at, tries=one.tries, last_error=one.last_error,
        )
        for one in await desk.box.dead(limit)
    )  # fmt: skip
    return WebhookPage(items=letters, targets=targets)


@router.post("/{delivery_id}/retry", status_code=204, responses=responses(401, 403, 404))
async def retry(delivery_id: int, operator: Retrying, ports: GivenPorts) -> None:
    """Try a dead letter again, from the first wait on. Written to the audit."""
    now = ports.clock()
    if not await ports.webhooks.box.revive(delivery_id, now):
        raise Problem(404, "There is no such dead letter.")
    await ports.stores.audit.write(Entry(now, operator.actor, "webhook.retry", str(delivery_id)))
