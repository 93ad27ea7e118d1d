"""What an incident's signals say together: sums over its members, so that joining, leaving and merging cost the same
however large it is.

Every sum is exact (whole numbers, or logarithms on a grid): the order of joining leaves no trace, taking a signal away
restores what was, and two merged incidents are what one built from all their signals would be. Nothing here is kept in
a snapshot: it is made again from the members.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from fusion.heard import Heard
from fusion.model import LAG_BINS, LAG_EDGES_S
from fusion.tables import OFFSETS_S, Tables, stated_logs
from fusion.terms.space import Covariance, Scatter, centre, scatter_of

_FIRST = LAG_EDGES_S[1]
_PER_LOG = (LAG_BINS - 1) / math.log(LAG_EDGES_S[-1] / _FIRST)
_LOG_FIRST = math.log(_FIRST)

Onset = list[list[float]]
"""by pace, and last of a false alarm's burst: Σ log density of the lags, on the grid of onsets"""


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


@dataclass(slots=True)
class Evidence:
    """Sums over the members of one incident."""

    number: int = 0
    placed: int = 0
    """members whose place is believed"""
    gross: float = 0.0
    """Σ log of being right or grossly wrong about the place"""
    scatters: list[Scatter] = field(default_factory=list)
    claims_nats: list[float] = field(default_factory=list)
    """by kind: Σ log probability of the claims"""
    anchor: float = 0.0
    onset: Onset = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    """source → members, cameras left out"""
    cameras: dict[str, int] = field(default_factory=dict)
    """camera → members"""
    claims: dict[str, int] = field(default_factory=dict)
    """what cameras claimed → members"""
    score: float | None = None
    """as last reckoned; None: not since it changed"""
    pin: tuple[float, ...] | None = None
    """(lat, lon) that a person gave, in whose stead no member's place counts"""


Parts = Callable[[], Iterable[Part]]
"""the members' contributions, asked for only when the earliest moment changes"""


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


def onset_of(tables: Tables, part: Part, anchor: float) -> Onset:
    """Log densities of a signal's lag after each onset of the grid before `anchor`, by pace."""
    since = part.at - anchor
    if part.stated:
        stated = stated_logs([since + offset for offset in OFFSETS_S], tables.model.stated_sigma_s, tables.model)
        return [stated] * (len(tables.paces) + 1)
    log, bins = math.log, []
    for offset in OFFSETS_S:
        lag = since + offset
        if lag < _FIRST:
            bins.append(0)
        else:
            bin_ = 1 + int((log(lag) - _LOG_FIRST) * _PER_LOG)
            bins.append(bin_ if bin_ < LAG_BINS else LAG_BINS)
    return [[logs[bin_] for bin_ in bins] for logs in tables.lags[part.source]]


def alone(tables: Tables, part: Part, *, placed: bool = True) -> Evidence:
    """The evidence of one signal."""
    return Evidence(
        number=1,
        placed=int(placed),
        gross=tables.inlier[part.source] if placed else tables.gross[part.source],
        scatters=part.scatters if placed else [Scatter()] * len(tables.extents),
        claims_nats=part.row,
        anchor=part.anchor,
        onset=onset_of(tables, part, part.anchor),
        counts={} if part.camera else {part.source: 1},
        cameras={part.camera: 1} if part.camera else {},
        claims={part.claim: 1} if part.camera else {},
    )


def plus(tables: Tables, evidence: Evidence, part: Part, members: Parts, *, outlier: bool) -> Evidence:
    """The evidence with one signal more; an outlier's place is not believed and moves nothing."""
    anchor, onset = evidence.anchor, evidence.onset
    if part.anchor < anchor:
        anchor = part.anchor
        onset = onset_from(tables, members(), anchor)
    return Evidence(
        number=evidence.number + 1,
        placed=evidence.placed + (not outlier),
        gross=evidence.gross + (tables.gross if outlier else tables.inlier)[part.source],
        scatters=evidence.scatters
        if outlier
        else [a.plus(b) for a, b in zip(evidence.scatters, part.scatters, strict=True)],
        claims_nats=[a + b for a, b in zip(evidence.claims_nats, part.row, strict=True)],
        anchor=anchor,
        onset=added(onset, onset_of(tables, part, anchor)),
        counts=evidence.counts if part.camera else counted(evidence.counts, part.source, 1),
        cameras=counted(evidence.cameras, part.camera, 1) if part.camera else evidence.cameras,
        claims=counted(evidence.claims, part.claim, 1) if part.camera else evidence.claims,
    )


def minus(tables: Tables, evidence: Evidence, part: Part, others: Parts, *, outlier: bool) -> Evidence:
    """The evidence without one of its signals; `others`: the members that stay."""
    rest = list(others()) if part.anchor <= evidence.anchor else []
    anchor = min((one.anchor for one in rest), default=evidence.anchor)
    if anchor != evidence.anchor:
        onset = onset_from(tables, rest, anchor)
    else:
        onset = taken(evidence.onset, onset_of(tables, part, anchor))
    return Evidence(
        number=evidence.number - 1,
        placed=evidence.placed - (not outlier),
        gross=evidence.gross - (tables.gross if outlier else tables.inlier)[part.source],
        scatters=evidence.scatters
        if outlier
        else [a.minus(b) for a, b in zip(evidence.scatters, part.scatters, strict=True)],
        claims_nats=[a - b for a, b in zip(evidence.claims_nats, part.row, strict=True)],
        anchor=anchor,
        onset=onset,
        counts=evidence.counts if part.camera else counted(evidence.counts, part.source, -1),
        cameras=counted(evidence.cameras, part.camera, -1) if part.camera else evidence.cameras,
        claims=counted(evidence.claims, part.claim, -1) if part.camera else evidence.claims,
    )


def union(tables: Tables, one: Evidence, other: Evidence, members: Parts, of_other: Parts) -> Evidence:
    """The evidence of two incidents as one."""
    anchor = min(one.anchor, other.anchor)
    mine = one.onset if one.anchor == anchor else onset_from(tables, members(), anchor)
    its = other.onset if other.anchor == anchor else onset_from(tables, of_other(), anchor)
    return Evidence(
        number=one.number + other.number,
        placed=one.placed + other.placed,
        gross=one.gross + other.gross,
        scatters=[a.plus(b) for a, b in zip(one.scatters, other.scatters, strict=True)],
        claims_nats=[a + b for a, b in zip(one.claims_nats, other.claims_nats, strict=True)],
        anchor=anchor,
        onset=added(mine, its),
        counts=summed(one.counts, other.counts),
        cameras=summed(one.cameras, other.cameras),
        claims=summed(one.claims, other.claims),
    )


def gather(tables: Tables, members: Iterable[tuple[Part, bool]]) -> Evidence:
    """The evidence of exactly these (signal, is outlier) members, at least one."""
    pairs = list(members)
    first, outlier = pairs[0]
    whole = alone(tables, first, placed=not outlier)
    seen = [first]
    for part, far in pairs[1:]:
        whole = plus(tables, whole, part, lambda: seen, outlier=far)
        seen.append(part)
    return whole


def pinned(tables: Tables, evidence: Evidence, x: float, y: float, variance: float) -> Evidence:
    """The evidence with the place that a person gave instead of the one that the signals give."""
    round_ = (variance, 0.0, variance)
    evidence.scatters = [scatter_of(x, y, round_, extent) for extent in tables.extents]
    evidence.placed, evidence.score = 1, None
    return evidence


def where(evidence: Evidence, extent: int = 0) -> tuple[float, float, Covariance]:
    """The centre and its covariance, for one class of extents."""
    return centre(evidence.scatters[extent])


def onset_from(tables: Tables, members: Iterable[Part], anchor: float) -> Onset:
    """The grid of onsets again, from another anchor."""
    whole: Onset = [[0.0] * len(OFFSETS_S) for _ in range(len(tables.paces) + 1)]
    for part in members:
        whole = added(whole, onset_of(tables, part, anchor))
    return whole


def added(one: Onset, other: Onset) -> Onset:
    """Both, summed."""
    return [[a + b for a, b in zip(mine, its, strict=True)] for mine, its in zip(one, other, strict=True)]


def taken(one: Onset, other: Onset) -> Onset:
    """The one without the other."""
    return [[a - b for a, b in zip(mine, its, strict=True)] for mine, its in zip(one, other, strict=True)]


def counted(counts: Mapping[str, int], key: str, change: int) -> dict[str, int]:
    """The counts with one of them changed; a name that counts nothing is not there."""
    changed = {**counts, key: counts.get(key, 0) + change}
    if not changed[key]:
        del changed[key]
    return changed


def summed(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Both counts."""
    return {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}
