"""What the world sees of an incident: `Incident` at one revision, drawn from its members and what people said."""

import math
from functools import cache

from contracts.incidents import Annotation, Incident, IncidentPlace, IncidentState, Member, Relation, SuggestedLink
from contracts.kinds import EVENT_TYPES, Kind, Severity
from fusion.book import Happening
from fusion.compatibility import is_unrefined, weight
from fusion.heard import Heard, Seat, moment, unproject
from fusion.naming import label_of
from fusion.state import State

RADIUS_FLOOR_M = 10.0
PLACE_WORDS = {"police_110": 1, "grid": 2, "camera": 3}
"""whose words for the place are best: an address, a grid's description, a camera's name; a landmark beats all"""
_NONE = Kind.NONE.value


def portray(
    state: State, incident: Happening, at: float, relations: tuple[Relation, ...] = (), *, resounds: bool
) -> Incident:
    """The incident's revision as of `at`, with its relations as `fusion.related` sees them."""
    members = list(state.members(incident))
    heard = [member for member, _ in members] or [
        state.book.signals[name] for name in incident.was if name in state.book.signals
    ]
    lat, lon = where(state, incident)
    radius = max(RADIUS_FLOOR_M, 2.0 * state.place_variance(incident) ** 0.5)
    return Incident(
        incident_id=incident.incident_id,
        label=label_of(incident.incident_id),
        revision=incident.revision,
        kind=kind_of(state, incident, heard),
        event_types=tuple(dict.fromkeys(member.event_type for member in heard)),
        severity=severity_of(incident, heard),
        state=state_of(incident, heard),
        place=IncidentPlace(lat=round(lat, 7), lon=round(lon, 7), radius_m=round(radius, 1)),
        place_text=_place_text(heard),
        district=state.book.district,
        grid_code=_grid_code(heard),
        observed_at=moment(incident.tally.first),
        last_signal_at=moment(incident.tally.last),
        decided_at=moment(at),
        sources={source: incident.tally.sources[source] for source in sorted(incident.tally.sources)},
        signals=tuple(_member(member, seat) for member, seat in members),
        annotations=_annotations(incident),
        suggested_links=tuple(_links(state, incident)),
        related=tuple(dict.fromkeys(one.incident_id for one in relations)),
        relations=relations,
        redirects=tuple(incident.redirects),
        merged_into=incident.merged_into,
        never_with=tuple(incident.never_with),
        count=_count(heard),
        resounds=resounds,
        resounded_revision=incident.resounded,
        exercise=all(member.exercise for member in heard),
        p_real=round(incident.tally.real, 4),
        params_version=state.book.params.version,
    )


def where(state: State, incident: Happening) -> tuple[float, float]:
    """(lat, lon): where a person put it, else the weighted mean of its members."""
    if incident.place_set is not None:
        return incident.place_set[0], incident.place_set[1]
    return unproject(*state.place(incident), state.origin)


def kind_of(state: State, incident: Happening, heard: list[Heard]) -> Kind:
    """The kind that explains the members best; a person's word goes first; `none` only when nothing else is there."""
    if incident.kind_set is not None:
        return Kind(incident.kind_set)
    claimed = dict.fromkeys([member.kind for member in heard if member.kind != _NONE])
    if len(claimed) == 1:
        return Kind(next(iter(claimed)))
    voices = [(member.kind, _trust(state, incident, member)) for member in heard]
    best, best_support = _NONE, 0.0
    for kind in claimed:
        support = round(math.fsum(share * weight(kind, other) for other, share in voices), 6)
        if best_support == 0.0 or (support, -_usual_severity(kind)) > (best_support, -_usual_severity(best)):
            best, best_support = kind, support
    return Kind(best)


def severity_of(incident: Happening, heard: list[Heard]) -> Severity:
    """The gravest of its members, provisional ones too, unless a person set it."""
    return Severity(incident.severity_set or min(member.severity for member in heard))


def state_of(incident: Happening, heard: list[Heard]) -> IncidentState:
    """The lifecycle's word for it."""
    if incident.merged_into is not None:
        return IncidentState.MERGED
    if incident.closed_by:
        return IncidentState.REJECTED if incident.verdict == "rejected" else IncidentState.CLOSED
    if incident.cooling:
        return IncidentState.COOLING
    if incident.verdict == "confirmed":
        return IncidentState.CONFIRMED
    human = any(member.source != "camera" for member in heard)
    witnesses = len({member.camera for member in heard})
    return IncidentState.OPEN if human or witnesses > 1 else IncidentState.TENTATIVE


def _trust(state: State, incident: Happening, heard: Heard) -> float:
    seat = incident.seats.get(heard.signal_id)
    unsure = is_unrefined(heard.event_type, heard.kind) or (seat is not None and seat.provisional)
    return state.book.params.sources[heard.source].trust * (0.5 if unsure else 1.0)


@cache
def _usual_severity(kind: str) -> int:
    return min((int(row.severity) for row in EVENT_TYPES.values() if row.kind.value == kind), default=4)


def _member(heard: Heard, seat: Seat) -> Member:
    return Member(
        signal_id=heard.signal_id,
        source=heard.source,
        event_type=heard.event_type,
        observed_at=moment(heard.at),
        joined_by="person" if seat.by_person else "machine",
        provisional=seat.provisional,
        keeps_row=seat.keeps_row,
        p=seat.p,
        terms=seat.terms,
        distance_m=seat.distance,
        sigma_m=seat.sigma,
        lag_s=seat.lag,
        sentence_zh=seat.zh,
        sentence_en=seat.en,
    )


def _annotations(incident: Happening) -> tuple[Annotation, ...]:
    fault = incident.fault
    if fault is None:
        return ()
    offline = fault.cameras - fault.poor
    said = [
        (offline, "路摄像机离线", "cameras nearby are down"),
        (fault.poor, "路摄像机画面异常", "cameras nearby show a poor picture"),
    ]
    zh = "、".join(f"{number} {words}" for number, words, _ in said if number)
    en = ", ".join(f"{number} {words}" for number, _, words in said if number)
    return (
        Annotation(
            signal_id=fault.signal_id,
            text_zh=f"附近 {zh}，证据不足",
            text_en=f"{en}: evidence is incomplete",
            at=moment(fault.at),
        ),
    )


def _links(state: State, incident: Happening) -> list[SuggestedLink]:
    return [
        SuggestedLink(
            signal_id=link.signal_id,
            item_no=item.number,
            source="petition" if item.source == "petition" else "dispute",
            reason=link.reason,
            linked=link.linked,
        )
        for link in incident.links
        if (item := state.book.signals.get(link.signal_id)) is not None
    ]


def _place_text(heard: list[Heard]) -> str:
    named = [member for member in heard if member.place_text]
    best = min(named, key=lambda m: (not m.landmark, PLACE_WORDS.get(m.source, 9), m.signal_id), default=None)
    return best.place_text if best is not None else ""


def _grid_code(heard: list[Heard]) -> str | None:
    coded = [member for member in heard if member.grid_code]
    best = min(coded, key=lambda m: (m.source != "grid", m.sigma, m.signal_id), default=None)
    return best.grid_code if best is not None else None


def _count(heard: list[Heard]) -> int | None:
    counted = [member for member in heard if member.count is not None]
    newest = max(counted, key=lambda m: (m.until, m.signal_id), default=None)
    return newest.count if newest is not None else None
