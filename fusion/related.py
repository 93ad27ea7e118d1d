"""Which incidents belong to one situation without being one happening: near-repeats, causes and effects, follow-ups.

A tie is told beside an incident and is never evidence: no term reads it, and nothing is merged by it. It is noted on
the incident that is new, or whose kind has just become another, so that no other incident gets a revision by it;
whoever shows the other side looks the tie up from there. Sources: `fusion.md` §1 (near-repeat: Mohler 2011, distances
and times of its decay), `domain.md` (b) for what usually brings what about.
"""

import math
from typing import NamedTuple

from contracts.incidents import Relation, RelationName
from contracts.kinds import KIND_ZH, Kind
from fusion.book import Happening, Tie
from fusion.portrait import kind_of
from fusion.state import State
from fusion.turn import Turn

MINUTE, HOUR = 60.0, 3600.0
MOST_TIES = 8
NEAR_REPEAT_M, NEAR_REPEAT_S = 300.0, 2 * HOUR
"""twice the scales of its decay: beyond, a repeat is no likelier than anywhere"""
LASTING_S = 24 * HOUR
"""of what lasts by its nature, as rubbish"""
EARLY_S = 5 * MINUTE
"""so much before its cause an effect may have been told: clocks and lags differ"""


class Reach(NamedTuple):
    """How far and how long after the last of its cause an effect is still taken for one."""

    metres: float
    seconds: float


EFFECTS: dict[tuple[str, str], Reach] = {
    (Kind.TRAFFIC_ACCIDENT, Kind.CONGESTION): Reach(500, HOUR),
    (Kind.TRAFFIC_ACCIDENT, Kind.CROWD): Reach(120, HOUR),
    (Kind.TRAFFIC_DANGER, Kind.TRAFFIC_ACCIDENT): Reach(150, 20 * MINUTE),
    (Kind.ROAD_HAZARD, Kind.TRAFFIC_ACCIDENT): Reach(100, 12 * HOUR),
    (Kind.ROAD_HAZARD, Kind.CONGESTION): Reach(300, 2 * HOUR),
    (Kind.FLOODING, Kind.CONGESTION): Reach(500, 2 * HOUR),
    (Kind.FLOODING, Kind.TRAFFIC_DANGER): Reach(200, 2 * HOUR),
    (Kind.FIRE, Kind.CONGESTION): Reach(400, 90 * MINUTE),
    (Kind.FIRE, Kind.CROWD): Reach(200, HOUR),
    (Kind.FIRE, Kind.MEDICAL): Reach(150, HOUR),
    (Kind.VIOLENCE, Kind.CROWD): Reach(120, 30 * MINUTE),
    (Kind.VIOLENCE, Kind.MEDICAL): Reach(100, 30 * MINUTE),
    (Kind.CROWD, Kind.CONGESTION): Reach(300, HOUR),
    (Kind.CROWD, Kind.VIOLENCE): Reach(120, HOUR),
    (Kind.DISPUTE, Kind.VIOLENCE): Reach(100, 2 * HOUR),
    (Kind.NOISE, Kind.DISPUTE): Reach(100, 3 * HOUR),
    (Kind.PARKING, Kind.CONGESTION): Reach(150, HOUR),
}
"""(cause, effect) → reach"""
MEETS = {
    kind.value: frozenset({kind.value, *(b for a, b in EFFECTS if a is kind), *(a for a, b in EFFECTS if b is kind)})
    for kind in Kind
}
"""kind → those that one of it may be tied to"""
_ROUNDING_M = 0.05
"""distances are told, and compared, to 0.1 m"""
_NEAR_REPEAT = Reach(NEAR_REPEAT_M, NEAR_REPEAT_S)
_REACHES = {kind: [_NEAR_REPEAT, *(reach for pair, reach in EFFECTS.items() if kind in pair)] for kind in Kind}
WIDEST: dict[str, Reach] = {
    kind: Reach(max(reach.metres for reach in reaches), max(reach.seconds for reach in reaches))
    for kind, reaches in _REACHES.items()
}
"""kind → how far, and how much earlier or later, anything may lie that one of it may be tied to"""
_ALONE = frozenset({Kind.DEVICE.value, Kind.NONE.value})


def relate(turn: Turn) -> None:
    """Tie what this step made, or to which it gave another kind. After `settle`, before the portraits."""
    for incident in turn.touched.values():
        if not incident.live or not incident.seats:
            continue
        kind = _kind(turn.state, incident)
        if incident.tied_as != kind:
            incident.tied_as = kind
            incident.ties = _ties(turn.state, incident, kind)


def relations(state: State, incident: Happening) -> tuple[Relation, ...]:
    """The ties as the world sees them, each to where its incident lives on now; none to itself."""
    found: dict[tuple[str, str], Relation] = {}
    for tie in incident.ties:
        other = survivor(state, tie.incident_id)
        if other != incident.incident_id and not _on_two_sides(state, incident, other):
            found.setdefault(
                (other, tie.relation),
                Relation(
                    incident_id=other, relation=tie.relation, distance_m=tie.distance, lag_s=tie.lag, zh=tie.zh,
                    en=tie.en,
                ),
            )  # fmt: skip
    return tuple(found.values())


def _on_two_sides(state: State, incident: Happening, other_id: str) -> bool:
    """Whether one of them came to be of a drill since they were tied, or ceased to be."""
    other = state.book.incidents.get(other_id)
    if other is None or not other.seats or not incident.seats:
        return False
    return state.is_exercise(incident) is not state.is_exercise(other)


def survivor(state: State, incident_id: str) -> str:
    """The incident that it was merged into, and so on; itself while it was not, or is forgotten."""
    book = state.book.incidents
    while (incident := book.get(incident_id)) is not None and incident.merged_into is not None:
        incident_id = incident.merged_into
    return incident_id


def _ties(state: State, incident: Happening, kind: str) -> list[Tie]:
    follow_ups = [_follow_up(state, incident, incident_id) for incident_id in incident.related]
    if kind in _ALONE:
        return follow_ups
    taken, meets, incidents = {tie.incident_id for tie in follow_ups}, MEETS[kind], state.book.incidents
    found: list[tuple[float, str, Tie]] = []
    for distance, name in _around(state, incident, kind):
        other = incidents[name]
        if other.tied_as and other.tied_as not in meets:
            continue
        if name in taken or other is incident or other.verdict == "rejected" or name in incident.never_with:
            continue
        if (tie := _between(state, incident, kind, other, round(distance, 1))) is not None:
            found.append((abs(tie.lag), name, tie))
    return follow_ups + [tie for _, _, tie in sorted(found, key=lambda one: one[:2])[:MOST_TIES]]


def _around(state: State, incident: Happening, kind: str) -> list[tuple[float, str]]:
    """(metres, name) of what lies near enough in place and time for any tie."""
    within_m, within_s = WIDEST[kind].metres + _ROUNDING_M, max(WIDEST[kind].seconds, _repeat_s(state, kind))
    since, until = incident.tally.first - within_s, incident.tally.last + within_s
    (x, y), hypot = state.place(incident), math.hypot
    found: list[tuple[float, str]] = []
    for cell in state.incidents.cells(x, y, within_m):
        for minus_until, name, its in cell:
            if -minus_until < since:
                break
            if its.last >= since and its.first <= until:
                distance = hypot(x - its.x, y - its.y)
                if distance <= within_m:
                    found.append((distance, name))
    return found


def _between(state: State, incident: Happening, kind: str, other: Happening, distance: float) -> Tie | None:
    """Seen from `incident`; both on one side of 演练."""
    its_kind = other.tied_as or _kind(state, other)
    if its_kind not in MEETS[kind]:
        return None
    lag = round(incident.tally.first - other.tally.first, 3)
    relation: RelationName | None = None
    if _brings(other, its_kind, incident, kind, distance):
        relation = "effect_of"
    elif _brings(incident, kind, other, its_kind, distance):
        relation = "cause_of"
    elif kind == its_kind and distance <= NEAR_REPEAT_M and abs(lag) <= _repeat_s(state, kind):
        relation = "near_repeat"
    if relation is None or state.is_exercise(incident) is not state.is_exercise(other):
        return None
    return _tie(other, relation, its_kind, distance, lag)


def _follow_up(state: State, incident: Happening, incident_id: str) -> Tie:
    zh, en = "同一处的事件已由人结案，此为后续", "a person had closed one here: this follows it"
    other = state.book.incidents.get(incident_id)
    if other is None or not other.seats:
        return Tie(incident_id, "follow_up", 0.0, 0.0, zh, en)
    (x, y), (its_x, its_y) = state.place(incident), state.place(other)
    lag = round(incident.tally.first - other.tally.first, 3)
    return Tie(incident_id, "follow_up", round(math.hypot(x - its_x, y - its_y), 1), lag, zh, en)


def _brings(cause: Happening, its_kind: str, effect: Happening, kind: str, distance: float) -> bool:
    reach = EFFECTS.get((its_kind, kind))
    return (
        reach is not None
        and distance <= reach.metres
        and cause.tally.first - EARLY_S <= effect.tally.first <= cause.tally.last + reach.seconds
    )


def _repeat_s(state: State, kind: str) -> float:
    return LASTING_S if kind in state.book.params.lifecycle.condition_kinds else NEAR_REPEAT_S


def _kind(state: State, incident: Happening) -> str:
    return kind_of(state, incident, [member for member, _ in state.members(incident)]).value


_WORDS: dict[RelationName, tuple[str, str]] = {
    "effect_of": ("可能由{kind}引起", "may come of {kind}"),
    "cause_of": ("可能引起了{kind}", "may have brought {kind}"),
    "near_repeat": ("邻近又一起{kind}", "another {kind} nearby"),
}


def _tie(other: Happening, relation: RelationName, kind: str, distance: float, lag: float) -> Tie:
    minutes = round(abs(lag) / MINUTE)
    when_zh = f"{'晚' if lag >= 0 else '早'} {minutes} 分钟" if minutes else "同时"
    when_en = f"{minutes} min {'later' if lag >= 0 else 'earlier'}" if minutes else "at the same time"
    zh, en = _WORDS[relation]
    zh, en = zh.format(kind=KIND_ZH[Kind(kind)]), en.format(kind=kind.replace("_", " "))
    return Tie(
        other.incident_id, relation, distance, lag, f"{zh}：{when_zh}，相距 {distance:.0f} 米",
        f"{en}: {when_en}, {distance:.0f} m away",
    )  # fmt: skip
