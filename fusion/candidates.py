"""Which incidents pass the gate for a signal: near enough, close enough in time, and the same side of 演练."""

import math
from typing import NamedTuple

from fusion.book import Happening
from fusion.heard import Heard
from fusion.policy import Params
from fusion.state import State

FINE_M2 = 100.0
"""a happening of 10 m: between two exact places, nearness in metres decides"""
HAIR_S = 1e-3
"""more than rounding makes of seconds since 1970"""


class Gated(NamedTuple):
    """What the gate let through, nearest in sigmas first."""

    cells: int
    """cells that held anything"""
    incidents: list[tuple[float, Happening]]
    """(distance in metres, incident)"""


def gate(state: State, heard: Heard) -> Gated:
    """Candidates by cell index, exact distance and time; the nearest by Mahalanobis distance, ties by id."""
    cells, found = _near(state, heard)
    chosen = found[: state.book.params.gates.most]
    return Gated(cells, [(distance, state.book.incidents[name]) for _, distance, name in chosen])


def _near(state: State, heard: Heard) -> tuple[int, list[tuple[float, float, str]]]:
    # The inner loop sees hundreds of footprints a signal in a city's centre: the cheapest test first, nothing called.
    params = state.book.params
    kind, late_s = params.kinds[heard.kind], params.sources[heard.source].late_s
    reach = gate_radius_m(heard, params)
    limit = min(params.gates.widest_m, reach + params.gates.slack_m)
    own = heard.sigma * heard.sigma + FINE_M2
    x, y, at, until, exercise = heard.x, heard.y, heard.at, heard.until, heard.exercise
    own_before_s, own_after_s = kind.before_s, kind.after_s
    # What stopped speaking before this is over for the signal's kind too, and so is all that comes after it in a cell.
    over = at - late_s - max(0.0, own_after_s - state.tables.shortest_s) - HAIR_S
    cells, hypot = state.incidents.cells(x, y, limit), math.hypot
    found: list[tuple[float, float, str]] = []
    for cell in cells:
        for minus_until, name, its in cell:
            if -minus_until < over:
                break
            its_x, its_y, slack_m, first, last, before_s, after_s, its_exercise = its
            if at - last - late_s > (after_s if after_s > own_after_s else own_after_s):
                continue
            if first - until <= (before_s if before_s > own_before_s else own_before_s) and exercise is its_exercise:
                distance = hypot(x - its_x, y - its_y)
                if distance <= limit and distance <= reach + slack_m:
                    found.append((distance * distance / (own + slack_m * slack_m / 9.0), distance, name))
    found.sort()
    return len(cells), found


def gate_radius_m(heard: Heard, params: Params) -> float:
    """How far from the signal an incident's place may be, before the incident's own uncertainty."""
    source = params.sources[heard.source]
    by_source = max(source.gate_floor_m, source.gate_sigmas * heard.sigma) + source.gate_m
    return max(by_source, params.kinds[heard.kind].radius_m)
