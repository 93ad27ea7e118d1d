"""The incidents: lists, one in full, what people do to it, who called, which cameras stand near."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from command_center.access import MIN_REASON, GivenPorts, holding
from command_center.actions import ActionDesk
from command_center.cursors import cursor_of, read_cursor
from command_center.details import detail_of
from command_center.messages import ActionAnswer, ActionRequest, CameraRow, IncidentDetail, NearCamera, Row
from command_center.nearest_cameras import Near, nearest
from command_center.permissions import Right
from command_center.ports import Page, Ports
from command_center.problems import Problem, responses
from command_center.sign_in import Operator
from command_center.store.audit import Entry
from command_center.store.incidents import Wanted
from contracts.contract import StrictContract
from contracts.geo import GeoPoint
from contracts.incidents import Incident
from contracts.intake import CallerDetails
from contracts.kinds import Kind
from contracts.signals import SourceName

router = APIRouter(prefix="/api/incidents", tags=["incidents"])

Seeing = Annotated[Operator, Depends(holding(Right.INCIDENTS))]
Revealing = Annotated[Operator, Depends(holding(Right.CALLER_REVEAL))]
WithCameras = Annotated[Operator, Depends(holding(Right.CAMERAS))]


class IncidentPage(Page):
    """GET /api/incidents."""

    items: tuple[Row, ...]


class NearCameras(Page):
    """GET /api/incidents/{incident_id}/cameras."""

    items: tuple[NearCamera, ...]


class RevealRequest(StrictContract):
    """Why the caller's details are needed."""

    signal_id: str
    reason: str = Field(min_length=MIN_REASON, max_length=500)


@router.get("", responses=responses(401, 403, 422))
async def incidents(
    operator: Seeing,
    ports: GivenPorts,
    state: Literal["live", "closed", "all"] = "live",
    kind: Kind | None = None,
    severity: Annotated[int | None, Query(ge=1, le=4)] = None,
    source: SourceName | None = None,
    q: Annotated[str | None, Query(min_length=1, max_length=64)] = None,
    district: Annotated[str | None, Query(max_length=64)] = None,
    mine: bool = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: str | None = None,
) -> IncidentPage:
    """The newest first. `q` looks in the label and the words of the place, or is a call's or report's exact number;
    no filter names a person."""
    wanted = Wanted(
        state=state, kind=kind.value if kind else None, severity=severity, source=source, district=district, q=q,
        claimed_by=operator.login if mine else None, hidden_from="street" if operator.view == "street" else None,
    )  # fmt: skip
    ids = await ports.stores.incidents.page(wanted, after=read_cursor(cursor), limit=limit + 1)
    wall = await ports.stores.wall.rows(ids[:limit])
    items = tuple(row for one in wall if (row := one.seen_by(operator.view)) is not None)
    last = wall[-1].row if len(ids) > limit and wall else None
    return IncidentPage(items=items, next=cursor_of(last.observed_at, last.incident_id) if last else None)


@router.get("/{incident_id}", responses=responses(401, 403, 404))
async def incident(incident_id: str, operator: Seeing, ports: GivenPorts) -> IncidentDetail:
    """One incident, by id or label, with its signals, why each is there, what people did, and what you may do now. A
    merged one says where it went in `merged_into`."""
    return await detail_of(ports, await found_incident(ports, incident_id, operator), operator)


@router.post("/{incident_id}/actions", responses=responses(401, 403, 404, 409, 422))
async def act(incident_id: str, request: ActionRequest, operator: Seeing, ports: GivenPorts) -> ActionAnswer:
    """Do something about it. The same `action_id` twice is done once."""
    found = await found_incident(ports, incident_id, operator)
    desk = ActionDesk(ports.stores.desks, ports.config, ports.clock, ports.geography.unit_name, acted=ports.room.acted)
    return await desk.act(found.incident_id, request, operator)


@router.get("/{incident_id}/cameras", responses=responses(401, 403, 404))
async def cameras(
    incident_id: str,
    operator: WithCameras,
    ports: GivenPorts,
    limit: Annotated[int, Query(ge=1, le=20)] = 4,
) -> NearCameras:
    """The cameras that could see the place, the best first; a dead one that faces it is listed, not left out."""
    found = await found_incident(ports, incident_id, operator)
    place = GeoPoint(lat=found.place.lat, lon=found.place.lon)
    near = nearest(place, ports.camera_views.registered(), ports.camera_views.seeing(), limit=limit)
    rows = ((one, ports.camera_views.row(one.camera.camera_id)) for one in near)
    return NearCameras(items=tuple(_near(ports, one, row) for one, row in rows if row is not None))


@router.post("/{incident_id}/reveal", responses=responses(401, 403, 404, 422))
async def reveal(incident_id: str, request: RevealRequest, operator: Revealing, ports: GivenPorts) -> CallerDetails:
    """Who called, in full. Written to the audit with the reason before it is shown."""
    found = await found_incident(ports, incident_id, operator)
    if all(member.signal_id != request.signal_id for member in found.signals):
        raise Problem(404, "This incident has no such signal.")
    await ports.stores.audit.write(
        Entry(
            ports.clock(), operator.actor, "caller.reveal", found.incident_id, request.reason,
            {"signal_id": request.signal_id},
        )
    )  # fmt: skip
    details = await ports.personal.reveal(request.signal_id)
    if details is None:
        raise Problem(404, "This signal came without personal details, or they were destroyed.")
    return details


def _near(ports: Ports, one: Near, row: CameraRow) -> NearCamera:
    blind = None if one.usable else ports.camera_views.blindness(row.camera_id)
    why_zh, why_en, since = (blind.zh, blind.en, blind.since) if blind else (row.why_zh, row.why_en, row.since)
    return NearCamera(
        camera=row, distance_m=round(one.distance_m, 1), facing=one.facing, usable=one.usable,
        why_zh="" if one.usable else why_zh, why_en="" if one.usable else why_en, since=since,
    )  # fmt: skip


async def found_incident(ports: Ports, incident_id: str, operator: Operator) -> Incident:
    """What this person may know of.

    Raises:
        Problem: 404.
    """
    found = await ports.stores.incidents.one(incident_id)
    if found is not None and operator.view == "street":
        rows = await ports.stores.wall.rows([found.incident_id])
        found = found if rows and rows[0].seen_by("street") is not None else None
    if found is None:
        raise Problem(404, "There is no such incident.")
    return found
