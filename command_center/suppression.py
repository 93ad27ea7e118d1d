"""Suppressions (抑制): what is hidden on purpose, where, until when, and by whose order. Pure: time is an argument.

A suppression hides the row and the sound of an incident, never a signal from fusion: everything is fused, journalled
and kept as always. A row is hidden only while *each* of its signals is covered, no signal is of level 1, and no person
has taken it in hand; it comes back by itself when the suppression ends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, Field

from command_center.messages import Handling
from command_center.permissions import Role
from command_center.polygon import area_m2, crosses_itself, holds
from contracts.actions import Actor
from contracts.contract import Contract, StrictContract
from contracts.incidents import Incident, IncidentState
from contracts.kinds import Kind, Severity
from contracts.rejected import FieldError

SuppressibleSource = Literal["camera", "police_110", "grid"]
SuppressionState = Literal["planned", "active", "ended"]
EndedWhy = Literal["", "expired", "idle", "person"]
MIN_REASON, MOST_CORNERS = 4, 100


class SuppressionRequest(StrictContract):
    """POST /api/suppressions."""

    polygon: tuple[tuple[float, float], ...]
    """(lat, lon) corners, WGS-84 degrees, the first not repeated"""
    starts_at: AwareDatetime | None = None
    """now when absent"""
    ends_at: AwareDatetime
    kinds: tuple[Kind, ...] = Field(min_length=1)
    sources: tuple[SuppressibleSource, ...] = Field(min_length=1)
    reason: str = Field(max_length=500)
    exercise: bool = False
    """only what is 演练; else only what is real"""


class Suppression(Contract):
    """One order to hide, with its owner, its reason and its end."""

    suppression_id: str
    state: SuppressionState
    polygon: tuple[tuple[float, float], ...]
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    kinds: tuple[Kind, ...]
    sources: tuple[SuppressibleSource, ...]
    reason: str
    exercise: bool
    owner: str
    owner_name: str
    owner_unit: str
    created_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    ended_by: str = ""
    """display name; empty when it ended by itself"""
    ended_why: EndedWhy = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings."""

    longest: timedelta = timedelta(hours=72)
    idle: timedelta = timedelta(hours=2)
    """without a covered signal for so long it ends; zero: never"""
    most_km2: float = 4.0


@dataclass(frozen=True, slots=True)
class Claim:
    """What a suppression looks at in a signal."""

    signal_id: str
    source: str
    kind: Kind
    severity: Severity
    observed_at: datetime
    lat: float
    lon: float
    exercise: bool


def covers(one: Suppression, claim: Claim) -> bool:
    """Whether the signal is one of those that it hides: what happened in its area and time, of its kinds and sources,
    real or drill as itself, and not of level 1."""
    return (
        claim.severity != Severity.LEVEL_1
        and claim.exercise == one.exercise
        and claim.source in one.sources
        and claim.kind in one.kinds
        and one.starts_at <= claim.observed_at < one.ends_at
        and holds(one.polygon, claim.lat, claim.lon)
    )


def hits(active: Iterable[Suppression], claims: Sequence[Claim]) -> tuple[tuple[str, str], ...]:
    """(suppression_id, signal_id) of each signal covered, whether or not its incident is hidden."""
    return tuple((one.suppression_id, claim.signal_id) for one in active for claim in claims if covers(one, claim))


def hidden_by(
    incident: Incident, handling: Handling, claims: Sequence[Claim], covered: Iterable[tuple[str, str]]
) -> tuple[str, ...]:
    """Ids of the suppressions that together hide the incident; empty: it shows. `claims` must be of all its signals,
    else it shows: what is not known is not hidden."""
    members = {one.signal_id for one in incident.signals}
    if not members or members != {claim.signal_id for claim in claims} or _in_hand(incident, handling):
        return ()
    pairs = tuple(covered)
    if members != {signal_id for _, signal_id in pairs if signal_id in members}:
        return ()
    return tuple(sorted({suppression_id for suppression_id, _ in pairs}))


def _in_hand(incident: Incident, handling: Handling) -> bool:
    """Level 1, confirmed, or something a person does already: never hidden."""
    return (
        incident.severity == Severity.LEVEL_1
        or incident.state is IncidentState.CONFIRMED
        or handling.state != "waiting"
        or handling.claimed_by is not None
    )


def next_state(
    one: Suppression, now: datetime, last_hit: datetime | None, limits: Limits
) -> tuple[SuppressionState, EndedWhy]:
    """What it is by now; it never comes back from its end."""
    if one.state == "ended":
        return "ended", one.ended_why
    if now >= one.ends_at:
        return "ended", "expired"
    if now < one.starts_at:
        return "planned", ""
    if limits.idle and now - max(one.starts_at, last_hit or one.starts_at) >= limits.idle:
        return "ended", "idle"
    return "active", ""


def ended(one: Suppression, now: datetime, why: EndedWhy, by: str = "") -> Suppression:
    """The same with its end."""
    return one.model_copy(update={"state": "ended", "ended_at": now, "ended_why": why, "ended_by": by})


def ordered(
    request: SuppressionRequest, suppression_id: str, by: Actor, display_name: str, now: datetime
) -> Suppression:
    """The suppression that a checked request asks for."""
    starts_at = max(request.starts_at or now, now)
    return Suppression(
        suppression_id=suppression_id, state="active" if starts_at <= now else "planned", polygon=request.polygon,
        starts_at=starts_at, ends_at=request.ends_at, kinds=tuple(dict.fromkeys(request.kinds)),
        sources=tuple(dict.fromkeys(request.sources)), reason=request.reason.strip(), exercise=request.exercise,
        owner=by.user, owner_name=display_name, owner_unit=by.unit, created_at=now,
    )  # fmt: skip


def faults(request: SuppressionRequest, role: str, now: datetime, limits: Limits) -> list[FieldError]:
    """Everything that is wrong with a request, each with how to mend it."""
    found = _area_faults(request.polygon, limits)
    start = max(request.starts_at or now, now)
    if not timedelta() < request.ends_at - start <= limits.longest:
        hours = limits.longest.total_seconds() / 3600
        found.append(_fault("ends_at", "it must end", f"after it begins, and at most {hours:g} h later"))
    if len(request.reason.strip()) < MIN_REASON:
        found.append(_fault("reason", "missing", f"why, in at least {MIN_REASON} characters; everybody reads it"))
    if Kind.DEVICE in request.kinds:
        found.append(_fault("kinds", "a dead camera is never hidden", "leave device out"))
    if "police_110" in request.sources and role != Role.DUTY_LEADER:
        found.append(_fault("sources", "not yours to hide", "only the duty leader may: leave 110 out"))
    return found


def _area_faults(ring: Sequence[tuple[float, float]], limits: Limits) -> list[FieldError]:
    if not 3 <= len(ring) <= MOST_CORNERS:
        return [_fault("polygon", "no area", f"3 to {MOST_CORNERS} corners as [lat, lon]")]
    if not all(-90 <= lat <= 90 and -180 <= lon <= 180 for lat, lon in ring):
        return [_fault("polygon", "no place on earth", "[lat, lon] in WGS-84 degrees")]
    if crosses_itself(ring):
        return [_fault("polygon", "it crosses itself", "draw the corners in order around the area")]
    km2 = area_m2(ring) / 1e6
    if not 1e-6 <= km2 <= limits.most_km2:
        return [_fault("polygon", f"{km2:.6g} km²", f"at least 1 m² and at most {limits.most_km2:g} km²")]
    return []


def _fault(field: str, reason: str, hint: str) -> FieldError:
    return FieldError(field=field, reason=reason, hint=hint)
