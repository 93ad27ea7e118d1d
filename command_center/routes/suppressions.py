"""Suppressions: what is hidden on purpose; give the order, see what it hides, end it."""

import secrets
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from command_center.access import GivenPorts, holding
from command_center.permissions import Right
from command_center.ports import Page
from command_center.problems import Problem, responses
from command_center.sign_in import Operator
from command_center.store.audit import Entry
from command_center.store.suppressions import Counted
from command_center.suppression import SuppressionRequest, ended, faults, ordered
from command_center.suppression_desk import SuppressionView
from contracts.contract import StrictContract

router = APIRouter(prefix="/api/suppressions", tags=["suppressions"])

Seeing = Annotated[Operator, Depends(holding(Right.INCIDENTS))]
Ordering = Annotated[Operator, Depends(holding(Right.SUPPRESS))]


class SuppressionPage(Page):
    """GET /api/suppressions."""

    items: tuple[SuppressionView, ...]
    hidden: int
    """rows that are hidden now"""


class EndRequest(StrictContract):
    """Why it ends before its time."""

    reason: str = Field(default="", max_length=500)


@router.get("", responses=responses(401, 403))
async def suppressions(
    operator: Seeing,
    ports: GivenPorts,
    state: Literal["current", "ended"] = "current",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> SuppressionPage:
    """Those planned and in force, the next to end first; or those that have ended, the newest first."""
    desk = ports.suppressions
    counted = await (desk.store.current() if state == "current" else desk.store.past(limit))
    return SuppressionPage(items=tuple(desk.view(one) for one in counted), hidden=ports.board.hidden())


@router.post("", status_code=201, responses=responses(401, 403, 422))
async def suppress(request: SuppressionRequest, operator: Ordering, ports: GivenPorts) -> SuppressionView:
    """Hide the rows and the sound of what happens in an area from now on, for a while. Written to the audit."""
    now, desk = ports.clock(), ports.suppressions
    if wrong := faults(request, operator.role, now, desk.limits):
        raise Problem(422, "This suppression cannot be ordered.", errors=wrong)
    one = ordered(request, secrets.token_hex(8), operator.actor, operator.display_name, now)
    detail = one.model_dump(mode="json", include={"polygon", "starts_at", "ends_at", "kinds", "sources", "exercise"})
    await desk.store.add(one, Entry(now, operator.actor, "suppression.order", one.suppression_id, one.reason, detail))
    await desk.read()
    ports.room.views_changed()
    return desk.view(Counted(one, 0, 0, None))


@router.post("/{suppression_id}/end", responses=responses(401, 403, 404, 409))
async def end(suppression_id: str, request: EndRequest, operator: Ordering, ports: GivenPorts) -> SuppressionPage:
    """End it now; what it hid and is still open comes back to the wall. Anybody who may order one may end any."""
    now, desk = ports.clock(), ports.suppressions
    before = await desk.store.one(suppression_id)
    if before is None:
        raise Problem(404, "There is no such suppression.")
    after = ended(before, now, "person", operator.display_name)
    entry = Entry(now, operator.actor, "suppression.end", suppression_id, request.reason)
    if before.state == "ended" or not await desk.store.move_on(before, after, entry):
        raise Problem(409, "It has ended already.")
    await desk.read()
    ports.room.views_changed()
    return SuppressionPage(items=desk.views(), hidden=ports.board.hidden())
