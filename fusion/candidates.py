"""Which incidents pass the gate for a signal: near enough, close enough in time, and the same side of 演练."""

import math
from typing import NamedTuple

from fusion.heard import Heard
from fusion.policy import Params
from fusion.state import Happening, State


class Gated(NamedTuple):
    """What the gate let through, nearest first."""

    cells: int
    incidents: list[tuple[float, Happening]]
    """(distance in metres, incident)"""


def gate(state: State, heard: Heard) -> Gated:
    """Candidates by cell index, then by exact distance and time; at most `max_candidates`, the nearest."""
    params = state.book.params
    reach = gate_radius_m(heard, params)
    cells, names = state.incidents.near(heard.x, heard.y, params.model.max_gate_m)
    found: list[tuple[float, str, Happening]] = []
    for name in names:
        incident = state.book.incidents[name]
        x, y = state.place(incident)
        distance = math.hypot(heard.x - x, heard.y - y)
        slack = 3.0 * math.sqrt(state.place_variance(incident))
        if distance <= min(reach + slack, params.model.max_gate_m) and _may_be_one(state, heard, incident):
            found.append((distance, name, incident))
    found.sort(key=lambda item: item[:2])
    return Gated(cells, [(distance, incident) for distance, _, incident in found[: params.model.max_candidates]])


def gate_radius_m(heard: Heard, params: Params) -> float:
    """How far from the signal an incident's place may be, before the incident's own uncertainty."""
    source = params.sources[heard.source]
    by_source = max(source.gate_floor_m, source.gate_sigmas * heard.sigma) + source.gate_m
    return max(by_source, params.kinds[heard.kind].radius_m)


def _may_be_one(state: State, heard: Heard, incident: Happening) -> bool:
    first, seat_of_first = next(iter(state.members(incident)))
    del seat_of_first
    return first.exercise == heard.exercise and within_time(state, heard, incident)


def within_time(state: State, heard: Heard, incident: Happening) -> bool:
    """Event times within the kinds' window, widened by how late each side's source may speak."""
    params = state.book.params
    kinds = [params.kinds[name.rstrip("?")] for name in incident.tally.kinds] + [params.kinds[heard.kind]]
    late = max(params.sources[name].late_s for name in incident.tally.sources)
    after = max(kind.after_s for kind in kinds) + params.sources[heard.source].late_s
    before = max(kind.before_s for kind in kinds) + late
    if incident.tally.first - heard.until > before:
        return False
    goes_on = params.lifecycle.ongoing_s if _goes_on(state, incident) else 0.0
    return heard.at - incident.tally.last <= after + goes_on


def _goes_on(state: State, incident: Happening) -> bool:
    return any(member.source == "camera" and not member.ended for member, _ in state.members(incident))
