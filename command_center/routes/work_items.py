"""Disputes and petitions: work items with a place and a clock, which a person may link to an incident."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from command_center.access import GivenPorts, holding
from command_center.cursors import cursor_of, read_cursor
from command_center.permissions import Right
from command_center.ports import Page
from command_center.problems import responses
from command_center.sign_in import Operator
from contracts.contract import Contract
from contracts.signals import Dispute, Petition, Signal

router = APIRouter(prefix="/api/work-items", tags=["work items"])

Seeing = Annotated[Operator, Depends(holding(Right.WORK_ITEMS))]


class WorkItemRow(Contract):
    """One dispute or petition; its source system moves its state. No party is ever named."""

    signal_id: str
    source: Literal["dispute", "petition"]
    item_no: str
    class_code: str
    class_name: str
    state: str
    accepted_at: AwareDatetime
    due_at: AwareDatetime | None
    received_at: AwareDatetime
    lat: float
    lon: float
    place_text: str
    grid_code: str | None
    district: str
    lead_unit: str
    linked_to: str | None
    """incident that a person linked it to"""
    exercise: bool


class WorkItemPage(Page):
    """GET /api/work-items."""

    items: tuple[WorkItemRow, ...]


@router.get("", responses=responses(401, 403, 422))
async def work_items(
    operator: Seeing,
    ports: GivenPorts,
    source: Literal["dispute", "petition"] | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: str | None = None,
) -> WorkItemPage:
    """The newest received first."""
    found = await ports.stores.incidents.work_items(source, after=read_cursor(cursor), limit=limit + 1)
    items = tuple(row for signal, linked in found[:limit] if (row := _row(signal, linked)) is not None)
    last = items[-1] if items and len(found) > limit else None
    return WorkItemPage(items=items, next=cursor_of(last.received_at, last.signal_id) if last else None)


def _row(signal: Signal, linked: str | None) -> WorkItemRow | None:
    if not isinstance(signal, Dispute | Petition):
        return None
    return WorkItemRow(
        signal_id=signal.signal_id, source=signal.source, item_no=signal.item_no, class_code=signal.class_code,
        class_name=signal.class_name, state=signal.state, accepted_at=signal.accepted_at, due_at=signal.due_at,
        received_at=signal.received_at, lat=signal.place.lat, lon=signal.place.lon, place_text=signal.place_text,
        grid_code=signal.grid_code, district=signal.district, lead_unit=signal.lead_unit, linked_to=linked,
        exercise=signal.exercise,
    )  # fmt: skip
