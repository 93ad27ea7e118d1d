"""The register of who did and who looked: for the auditor alone, and reading it is written down too."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, Field

from command_center.access import GivenPorts, holding
from command_center.permissions import Right
from command_center.ports import Page
from command_center.problems import responses
from command_center.sign_in import Operator
from command_center.store.audit import Entry
from contracts.contract import Contract

router = APIRouter(prefix="/api/audit", tags=["audit"])


class AuditRow(Contract):
    """One line of the register."""

    seq: int
    at: AwareDatetime
    login: str
    unit: str
    role: str
    act: str
    object: str
    reason: str
    detail: dict[str, Any] = Field(default_factory=dict)


class AuditPage(Page):
    """GET /api/audit."""

    items: tuple[AuditRow, ...]


@router.get("", responses=responses(401, 403, 422))
async def audit(
    operator: Annotated[Operator, Depends(holding(Right.AUDIT))],
    ports: GivenPorts,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[int | None, Query(ge=1)] = None,
) -> AuditPage:
    """The newest first."""
    await ports.stores.audit.write(Entry(ports.clock(), operator.actor, "audit.read", "audit"))
    found = await ports.stores.audit.page(before=cursor, limit=limit + 1)
    items = tuple(AuditRow.model_validate(row) for row in found[:limit])
    return AuditPage(items=items, next=str(items[-1].seq) if len(found) > limit else None)
