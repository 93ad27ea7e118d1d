"""The prior term: how many happenings of each kind are expected here and now, and how many signals of each.

Rates of new happenings by kind, cell and hour; signals per happening by source; cameras one by one where they see the
place; and the two ways in which nothing happened: a camera's false alarm, a call about nothing. Rates per km² and day,
nats. Source: `fusion.md` §3.3, §3.5.
"""

import math

from fusion.model import REAL_KINDS, Prior
from fusion.tables import MOST_REMEMBERED, Tables, hour_of
from fusion.voices import Voices


def cell_name(lat: float, lon: float, side_deg: float) -> str:
    """«row,column» of a place, as `Prior.cells` and `Prior.coverage` name it."""
    return f"{math.floor(lat / side_deg)},{math.floor(lon / side_deg)}"


def coverage(prior: Prior, lat: float, lon: float) -> float:
    """Cameras that see a place, mean over its cell."""
    if not prior.coverage:
        return prior.coverage_elsewhere
    return prior.coverage.get(cell_name(lat, lon, prior.coverage_cell_deg), prior.coverage_elsewhere)


def hour_factor(prior: Prior, at: float) -> float:
    """By hour of the day or week, local time."""
    if not prior.hours:
        return 1.0
    return max(prior.floor, prior.hours[hour_of(prior, at)])


def cell_factor(prior: Prior, kind: str, cell: str) -> float:
    """By place, for a kind."""
    cells = prior.cells_of.get(kind, prior.cells)
    return max(prior.floor, cells.get(cell, prior.floor)) if cells else 1.0


def geography_nats(tables: Tables, lat: float, lon: float) -> list[float]:
    """By kind: log of how much more of it happens in a place's cell than of everything; empty where no kind has a
    geography of its own."""
    prior = tables.model.prior
    if not prior.cells_of:
        return []
    key = math.floor(lat / prior.cell_deg), math.floor(lon / prior.cell_deg)
    known = tables.geographies.get(key)
    if known is None:
        known = _geography_nats(prior, cell_name(lat, lon, prior.cell_deg))
        if len(tables.geographies) < MOST_REMEMBERED:
            tables.geographies[key] = known
    return known


def _geography_nats(prior: Prior, cell: str) -> list[float]:
    usual = math.log(cell_factor(prior, "", cell))
    return [math.log(cell_factor(prior, kind, cell)) - usual if kind in prior.cells_of else 0.0 for kind in REAL_KINDS]


def count_nats(tables: Tables, voices: Voices, covered: float) -> list[float]:
    """By kind: log rate, and log density of so many signals of each counted source, so many of each camera, and of the
    silence of other cameras. `covered`: cameras that see the place, mean; those that reported are taken off it.
    """
    key = voices.calls, voices.reports, len(voices.cameras), voices.spoke, covered
    known = tables.counted.get(key)
    if known is None:
        known = _count_nats(tables, *key)
        if len(tables.counted) < MOST_REMEMBERED:
            tables.counted[key] = known
    return known


def _count_nats(tables: Tables, calls: int, reports: int, seen: int, spoke: int, covered: float) -> list[float]:
    known = tables.numbers(calls, reports)
    silent = covered - seen if covered > seen else 0.0
    if not seen:
        return [a + silent * u for a, u in zip(known, tables.unseen, strict=True)] if silent else known
    again = spoke - seen
    columns = zip(known, tables.witness, tables.again, tables.unseen, strict=True)
    return [a + seen * w + again * g + silent * u for a, w, g, u in columns]


def near_repeat_nats(prior: Prior, distances: list[tuple[float, float]]) -> float:
    """How much likelier a new happening is because others of its kind happened near: 1 + η·Σ exp(−d/150 m − Δt/1 h).

    `distances`: (metres, seconds) to each. Source: Mohler 2011; Reinhart 2018; `fusion.md` §3.5.
    """
    if prior.near_repeat <= 0.0 or not distances:
        return 0.0
    near = math.fsum(math.exp(-d / prior.near_repeat_m - dt / prior.near_repeat_s) for d, dt in distances)
    return math.log1p(prior.near_repeat * near)
