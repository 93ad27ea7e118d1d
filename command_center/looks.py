"""Every look at a picture has a reason, and is written down with it before anything is shown (条例 16(3))."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query

from command_center.access import MIN_REASON
from command_center.nearest_cameras import nearest
from command_center.permissions import Right
from command_center.ports import Ports
from command_center.problems import Problem
from command_center.sign_in import Operator
from command_center.store.audit import Entry
from contracts.geo import GeoPoint
from contracts.incidents import Incident
from contracts.rejected import FieldError

MOST_NEAR = 20
"""cameras around an incident that it gives reason to look through: as many as its list of cameras can name"""


@dataclass(frozen=True, slots=True)
class Look:
    """The query of a look: the incident it is for, or a reason in words."""

    incident_id: Annotated[str | None, Query(max_length=64)] = None
    reason: Annotated[str | None, Query(max_length=500)] = None


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason that holds."""

    ports: Ports
    operator: Operator
    incident: Incident | None
    words: str

    async def write(self, act: str, what: str) -> None:
        """Into the audit: who, unit, when, why, what."""
        detail = {"incident_id": self.incident.incident_id} if self.incident else {}
        entry = Entry(self.ports.clock(), self.operator.actor, act, what, self.words, detail)
        await self.ports.stores.audit.write(entry)


async def refuse_foreign_evidence(ports: Ports, reason: Reason, ref: str) -> None:
    """An incident is a reason for its own pictures only.

    Raises:
        Problem: 403.
    """
    incident = reason.incident
    if incident is None:
        return
    members = [member.signal_id for member in incident.signals]
    if not await ports.stores.incidents.has_evidence(members, ref):
        raise Problem(403, f"No signal of {incident.label} names this picture; give a reason in words to look at it.")


async def refuse_distant_camera(ports: Ports, reason: Reason, camera_id: str) -> None:
    """An incident is a reason for the cameras that observed it, and for those nearby that could see its place.

    Raises:
        Problem: 403.
    """
    incident = reason.incident
    if incident is None:
        return
    place = GeoPoint(lat=incident.place.lat, lon=incident.place.lon)
    near = nearest(place, ports.camera_views.registered(), ports.camera_views.online(), limit=MOST_NEAR)
    if camera_id in {one.camera.camera_id for one in near}:
        return
    if camera_id not in await ports.stores.incidents.cameras_of([member.signal_id for member in incident.signals]):
        raise Problem(403, f"This camera is not near {incident.label}; give a reason in words to look through it.")


async def reason_for(ports: Ports, operator: Operator, look: Look) -> Reason:
    """The reason of a look.

    Raises:
        Problem: 422 when there is none, 404 when the incident is not one that this person may see.
    """
    words = (look.reason or "").strip()
    if look.incident_id and operator.may(Right.INCIDENTS):
        incident = await ports.stores.incidents.one(look.incident_id)
        if incident is None:
            raise Problem(404, "There is no such incident.")
        return Reason(ports, operator, incident, words or f"incident {incident.label}")
    if len(words) >= MIN_REASON:
        return Reason(ports, operator, None, words)
    hint = f"incident_id=… of the incident it is for, or reason=… with at least {MIN_REASON} characters"
    raise Problem(
        422, "A look at pictures needs a reason.", errors=[FieldError(field="reason", reason="missing", hint=hint)]
    )
