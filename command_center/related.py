"""Incidents of one situation as they are shown beside an incident, whichever of the two the tie is noted on. Pure."""

from collections.abc import Iterable, Mapping

from pydantic import AwareDatetime

from command_center.messages import Row
from contracts.contract import Contract
from contracts.incidents import Incident, IncidentState, Relation, RelationName
from contracts.kinds import Kind, Severity

_TURNED: Mapping[RelationName, str] = {
    "near_repeat": "near_repeat", "effect_of": "cause_of", "cause_of": "effect_of", "follow_up": "followed_by",
}  # fmt: skip


class RelatedIncident(Contract):
    """One incident of the same situation."""

    incident_id: str
    label: str
    relation: str
    """seen from the incident that was asked about: near_repeat, effect_of, cause_of, follow_up, followed_by"""
    kind: Kind
    severity: Severity
    state: IncidentState
    handling: str
    place_text: str
    observed_at: AwareDatetime
    distance_m: float
    lag_s: float
    """how much later it began than the one that was asked about; negative when before"""
    zh: str
    en: str
    """why, as it was noted: seen from the newer of the two"""


def related_to(incident: Incident, tied: Iterable[Incident], rows: Mapping[str, Row]) -> tuple[RelatedIncident, ...]:
    """Each once, in order of time. `rows`: what this person may see of them; others are left out, as is whatever stands
    on the other side of 演练."""
    found: dict[str, RelatedIncident] = {}
    for other in tied:
        row = rows.get(other.incident_id)
        if row is None or other.exercise != incident.exercise or other.incident_id == incident.incident_id:
            continue
        if (shown := _between(incident, other, row)) is not None:
            found[other.incident_id] = shown
    return tuple(sorted(found.values(), key=lambda one: (one.observed_at, one.incident_id)))


def _between(incident: Incident, other: Incident, row: Row) -> RelatedIncident | None:
    for one in incident.relations:
        if one.incident_id == other.incident_id:
            return _shown(one, one.relation, -one.lag_s, row)
    names = {incident.incident_id, *incident.redirects}
    for one in other.relations:
        if one.incident_id in names:
            return _shown(one, _TURNED[one.relation], one.lag_s, row)
    return None


def _shown(one: Relation, relation: str, lag_s: float, row: Row) -> RelatedIncident:
    return RelatedIncident(
        incident_id=row.incident_id, label=row.label, relation=relation, kind=row.kind, severity=row.severity,
        state=row.state, handling=row.handling.state, place_text=row.place_text, observed_at=row.observed_at,
        distance_m=one.distance_m, lag_s=lag_s, zh=one.zh, en=one.en,
    )  # fmt: skip
