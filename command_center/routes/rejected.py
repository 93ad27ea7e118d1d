"""What could not be read: listed with the reason, sent again after the fault was mended."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from command_center.access import GivenPorts, holding
from command_center.permissions import Right
from command_center.ports import Page
from command_center.problems import Problem, responses
from command_center.sign_in import Operator
from command_center.store.audit import Entry
from contracts.errors import Refused
from contracts.intake import IntakeAnswer
from contracts.rejected import FieldError, Rejected

router = APIRouter(prefix="/api/rejected", tags=["rejected"])

Seeing = Annotated[Operator, Depends(holding(Right.REJECTED))]
Retrying = Annotated[Operator, Depends(holding(Right.RETRY))]


class RejectedItem(Rejected):
    """A reference to what could not be read, and what became of it."""

    origin: str = ""
    """the key or topic that it came by"""
    times: int = 1
    """how often the very same body came"""
    status: str = "waiting"
    """waiting, retried, expired, refused"""


class RejectedPage(Page):
    """GET /api/rejected."""

    items: tuple[RejectedItem, ...]


@router.get("", responses=responses(401, 403, 422))
async def rejected(
    operator: Seeing,
    ports: GivenPorts,
    source: Annotated[str | None, Query(max_length=64)] = None,
    status: Literal["waiting", "retried", "expired", "refused"] | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: str | None = None,
) -> RejectedPage:
    """The newest first: source, reason, field and hint; never the body."""
    try:
        found, following = await ports.rejected.page(source=source, status=status, limit=limit, cursor=cursor)
    except Refused as refusal:
        raise Problem(422, str(refusal), errors=[FieldError(field="cursor", reason="unreadable")]) from None
    return RejectedPage(items=tuple(RejectedItem.model_validate(one.model_dump()) for one in found), next=following)


@router.post("/{rejected_id}/retry", responses=responses(401, 403, 404, 409))
async def retry(rejected_id: str, operator: Retrying, ports: GivenPorts) -> IntakeAnswer:
    """Read the kept body again, for after a mapping was mended."""
    if await ports.rejected.one(rejected_id) is None:
        raise Problem(404, "There is no such rejected input.")
    await ports.stores.audit.write(Entry(ports.clock(), operator.actor, "rejected.retry", rejected_id))
    return await ports.rejected.retry(rejected_id, ports.clock())
