"""The pulses of the sources: a silent one is said, never shown as quiet streets."""

from typing import Annotated

from fastapi import APIRouter, Depends

from command_center.access import GivenPorts, holding
from command_center.permissions import Right
from command_center.ports import Page
from command_center.problems import responses
from command_center.sign_in import Operator
from contracts.status import SourceStatus

router = APIRouter(prefix="/api/sources", tags=["sources"])


class SourcePage(Page):
    """GET /api/sources."""

    items: tuple[SourceStatus, ...]
    broker: bool
    database: bool


@router.get("", responses=responses(401, 403))
async def sources(operator: Annotated[Operator, Depends(holding(Right.SOURCES))], ports: GivenPorts) -> SourcePage:
    """When each feed was last heard, how late it is, since when it is silent; and whether bus and database answer."""
    views = ports.source_views
    return SourcePage(items=views.all(), broker=views.broker, database=views.database)
