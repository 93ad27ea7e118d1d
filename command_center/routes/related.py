"""What else belongs to the situation of an incident: near-repeats, causes and effects, follow-ups."""

from fastapi import APIRouter

from command_center.access import GivenPorts
from command_center.ports import Page
from command_center.problems import responses
from command_center.related import RelatedIncident, related_to
from command_center.routes.incidents import Seeing, found_incident

router = APIRouter(prefix="/api/incidents", tags=["incidents"])


class RelatedPage(Page):
    """GET /api/incidents/{incident_id}/related."""

    items: tuple[RelatedIncident, ...]


@router.get("/{incident_id}/related", responses=responses(401, 403, 404))
async def related(incident_id: str, operator: Seeing, ports: GivenPorts) -> RelatedPage:
    """Both sides of each tie, in order of time; a tie says that they may belong together, never that they are one."""
    incident = await found_incident(ports, incident_id, operator)
    tied = await ports.stores.incidents.tied(incident)
    wall = await ports.stores.wall.rows([one.incident_id for one in tied])
    rows = {one.row.incident_id: row for one in wall if (row := one.seen_by(operator.view)) is not None}
    return RelatedPage(items=related_to(incident, tied, rows))
