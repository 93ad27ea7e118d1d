"""What one signal contributes to the evidence of an incident, under given parameters."""

from dataclasses import dataclass, field

from fusion.delays import Delays, Onset, onset_of
from fusion.heard import Heard
from fusion.tables import MOST_REMEMBERED, Place, Tables
from fusion.terms.space import Ahead, Covariance, Scatter, scatter_of


@dataclass(slots=True)
class Part:
    """One signal's contribution."""

    signal_id: str
    source: str
    camera: str
    claim: str
    at: float
    anchor: float
    """latest moment at which what it tells of can have begun"""
    x: float
    y: float
    covariance: Covariance
    """of its own error, m²"""
    scatters: list[Scatter]
    """by class of extents"""
    row: list[float]
    """by kind: log probability of its claim"""
    words: tuple[str, ...]
    stated: bool
    aheads: dict[int, Ahead] = field(default_factory=dict)
    """by class of extents: where a happening of this signal alone expects the next, as far as it was asked for"""


def part_of(tables: Tables, heard: Heard) -> Part:
    """A signal's contribution under these parameters."""
    covariance = heard.covariance
    scatters, aheads = _scatters(tables, heard.x, heard.y, covariance)
    return Part(
        signal_id=heard.signal_id,
        source=heard.source,
        camera=heard.camera if heard.source == "camera" else "",
        claim=heard.claims,
        at=heard.at,
        anchor=heard.at + 2.0 * tables.model.stated_sigma_s if heard.stated else heard.at,
        x=heard.x,
        y=heard.y,
        covariance=covariance,
        scatters=scatters,
        row=tables.rows[heard.source].get(heard.claims, tables.says_nothing),
        words=tuple(heard.words),
        stated=heard.stated,
        aheads=aheads,
    )


def _scatters(tables: Tables, x: float, y: float, covariance: Covariance) -> Place:
    """By class of extents; kept, for a camera always looks at the same place."""
    key = x, y, *covariance
    known = tables.scatters.get(key)
    if known is None:
        known = [scatter_of(x, y, covariance, extent) for extent in tables.extents], {}
        if len(tables.scatters) < MOST_REMEMBERED:
            tables.scatters[key] = known
    return known


def delays_of(tables: Tables, part: Part, anchor: float) -> Delays:
    """A signal's lags after each onset of the grid before `anchor`."""
    since = part.at - anchor
    return tables.stated_after(since) if part.stated else tables.delays_after(part.source, since)


def onset_alone(tables: Tables, part: Part) -> Onset:
    """What the signal alone tells of the beginning: the same for nearly all of its source, and kept."""
    key = part.source, part.at - part.anchor
    known = tables.firsts.get(key)
    if known is None:
        known = onset_of(tables.widths, len(tables.paces) + 1, [delays_of(tables, part, part.anchor)])
        known.settle()
        if len(tables.firsts) < MOST_REMEMBERED:
            tables.firsts[key] = known
            known.shared = True
    return known
