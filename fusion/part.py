"""What one signal contributes to the evidence of an incident, under given parameters."""

from dataclasses import dataclass

from fusion.heard import Heard
from fusion.tables import Tables, stated_logs
from fusion.terms.space import Covariance, Scatter, scatter_of
from fusion.terms.time import OFFSETS_S


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


def part_of(tables: Tables, heard: Heard) -> Part:
    """A signal's contribution under these parameters."""
    covariance = heard.covariance
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
        scatters=[scatter_of(heard.x, heard.y, covariance, extent) for extent in tables.extents],
        row=tables.rows[heard.source].get(heard.claims, tables.says_nothing),
        words=tuple(heard.words),
        stated=heard.stated,
    )


def lags_of(tables: Tables, part: Part, anchor: float) -> list[list[float]]:
    """Log densities of a signal's lag after each onset of the grid before `anchor`, by pace."""
    since = part.at - anchor
    if part.stated:
        stated = stated_logs([since + offset for offset in OFFSETS_S], tables.model.stated_sigma_s, tables.model)
        return [stated] * (len(tables.paces) + 1)
    return tables.lags_after(part.source, since)
