"""For prevention: where the same kind recurs, and how many disputes and petitions each grid has, never fewer than 3."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from command_center.access import GivenPorts, holding
from command_center.permissions import Right
from command_center.ports import Page
from command_center.problems import responses
from command_center.recurrence import Definition, Spot, spots
from command_center.sign_in import Operator
from command_center.small_counts import GridCounts, counted
from contracts.contract import Contract

router = APIRouter(prefix="/api/prevention", tags=["prevention"])

Seeing = Annotated[Operator, Depends(holding(Right.INCIDENTS))]
SeeingItems = Annotated[Operator, Depends(holding(Right.WORK_ITEMS))]
Drill = Annotated[bool | None, Query(description="drills instead of the real; as the hub is when absent")]


class RecurrencePage(Page):
    """GET /api/prevention/recurrence."""

    items: tuple[Spot, ...]
    since: AwareDatetime
    until: AwareDatetime
    exercise: bool
    definition_zh: str
    """what is counted, to be shown beside the figures"""
    definition_en: str


class WorkItemCounts(Contract):
    """GET /api/prevention/work-items."""

    counts: GridCounts
    since: AwareDatetime
    exercise: bool


@router.get("/recurrence", responses=responses(401, 403, 422))
async def recurrence(
    operator: Seeing,
    ports: GivenPorts,
    days: Annotated[int | None, Query(ge=1, le=366)] = None,
    least: Annotated[int | None, Query(ge=2, le=1000)] = None,
    exercise: Drill = None,
) -> RecurrencePage:
    """The most frequent first. Real incidents and drills are never counted together."""
    usual, until = ports.config.recurrence, ports.clock()
    definition = Definition(days or usual.days, least or usual.least, usual.radius_m)
    drill = ports.config.exercise if exercise is None else exercise
    since = until - timedelta(days=definition.days)
    found = spots(await ports.stores.prevention.tiles(since, until, exercise=drill), definition)
    zh, en = definition.words()
    return RecurrencePage(items=found, since=since, until=until, exercise=drill, definition_zh=zh, definition_en=en)


@router.get("/work-items", responses=responses(401, 403, 422))
async def work_items(
    operator: SeeingItems,
    ports: GivenPorts,
    days: Annotated[int, Query(ge=1, le=366)] = 30,
    exercise: Drill = None,
) -> WorkItemCounts:
    """Disputes and petitions per grid, for the map. One or two are told as «fewer than three» and nothing else."""
    drill = ports.config.exercise if exercise is None else exercise
    since = ports.clock() - timedelta(days=days)
    found = await ports.stores.prevention.items(since, exercise=drill)
    return WorkItemCounts(counts=counted(found), since=since, exercise=drill)
