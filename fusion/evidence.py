"""What an incident's signals say together: sums over its members, so that joining, leaving and merging cost the same
however large it is.

Every sum is exact (whole numbers, or logarithms on a grid): the order of joining leaves no trace, taking a signal away
restores what was, and two merged incidents are what one built from all their signals would be. Nothing here is kept in
a snapshot: it is made again from the members.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from fusion.belief import Belief
from fusion.part import Part, lags_of
from fusion.tables import Tables
from fusion.terms.space import NOWHERE, Covariance, Scatter, centre, scatter_of
from fusion.terms.time import log_sum


@dataclass(slots=True)
class Evidence:
    """Sums over the members of one incident. Those by extent and by pace are reckoned when they are asked for."""

    number: int = 0
    placed: int = 0
    """members whose place is believed"""
    gross: float = 0.0
    """Σ log of being right or grossly wrong about the place"""
    claims_nats: list[float] = field(default_factory=list)
    """by kind: Σ log probability of the claims"""
    anchor: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    """source → members, cameras left out"""
    cameras: dict[str, int] = field(default_factory=dict)
    """camera → members"""
    claims: dict[str, int] = field(default_factory=dict)
    """what cameras claimed → members"""
    belief: Belief | None = None
    """what it is, as last reckoned"""
    pin: tuple[float, ...] | None = None
    """(lat, lon) that a person gave, in whose stead no member's place counts"""
    scatters: list[Scatter | None] = field(default_factory=list)
    """by class of extents"""
    onset: list[list[float] | None] = field(default_factory=list)
    """by pace, and last of a false alarm's burst: log widths + Σ log densities of the lags, on the grid of onsets"""
    sums: list[float | None] = field(default_factory=list)
    """by pace: the integral over the onset, as far as it was asked for"""
    before: "Evidence | None" = None
    """what this was made from by a signal that came or went"""
    change: Part | None = None
    came: bool = True
    believed: bool = True
    """whether that signal's place counts"""
    lags: list[list[float]] = field(default_factory=list)
    """of that signal"""

    def scatter(self, extent: int) -> Scatter:
        """The places, for one class of extents."""
        known = self.scatters[extent]
        if known is None:
            assert self.before is not None, "kept, or made from something kept"
            assert self.change is not None, "of which something changed"
            known = self.before.scatter(extent)
            if self.believed:
                its = self.change.scatters[extent]
                known = known.plus(its) if self.came else known.minus(its)
            self.scatters[extent] = known
        return known

    def times(self, pace: int) -> list[float]:
        """The grid of onsets, for one pace."""
        known = self.onset[pace]
        if known is None:
            assert self.before is not None, "kept, or made from something kept"
            was, its = self.before.times(pace), self.lags[pace]
            if self.came:
                known = [a + b for a, b in zip(was, its, strict=True)]
            else:
                known = [a - b for a, b in zip(was, its, strict=True)]
            self.onset[pace] = known
        return known

    def time_nats(self, pace: int) -> float:
        """Log of the integral over the onset, for one pace."""
        if not self.sums:
            self.sums = [None] * len(self.onset)
        known = self.sums[pace]
        if known is None:
            known = self.sums[pace] = log_sum(self.times(pace))
        return known

    def time_nats_at_most(self, pace: int) -> float:
        """What `time_nats` cannot exceed, told without the grid, where a signal came: Σ ab ≤ max a · Σ b."""
        if self.before is None or not self.came or self.onset[pace] is not None:
            return self.time_nats(pace)
        return self.before.time_nats(pace) + max(self.lags[pace])

    def settle(self) -> "Evidence":
        """Reckon all of it, and let go of what it was made from."""
        for extent in range(len(self.scatters)):
            self.scatter(extent)
        for pace in range(len(self.onset)):
            self.times(pace)
        self.before, self.change, self.lags = None, None, []
        return self


Parts = Callable[[], Iterable[Part]]
"""the members' contributions, asked for only when the earliest moment changes"""


def alone(tables: Tables, part: Part, *, placed: bool = True) -> Evidence:
    """The evidence of one signal."""
    lags = lags_of(tables, part, part.anchor)
    return Evidence(
        number=1,
        placed=int(placed),
        gross=tables.inlier[part.source] if placed else tables.gross[part.source],
        scatters=list(part.scatters) if placed else [NOWHERE] * len(tables.extents),
        claims_nats=part.row,
        anchor=part.anchor,
        onset=[[a + b for a, b in zip(tables.widths, row, strict=True)] for row in lags],
        counts={} if part.camera else {part.source: 1},
        cameras={part.camera: 1} if part.camera else {},
        claims={part.claim: 1} if part.camera else {},
    )


def plus(tables: Tables, evidence: Evidence, part: Part, members: Parts, *, outlier: bool) -> Evidence:
    """The evidence with one signal more; an outlier's place is not believed and moves nothing."""
    anchor = evidence.anchor
    if part.anchor < anchor:
        anchor = part.anchor
        evidence = anchored(tables, evidence, members(), anchor)
    return Evidence(
        number=evidence.number + 1,
        placed=evidence.placed + (not outlier),
        gross=evidence.gross + (tables.gross if outlier else tables.inlier)[part.source],
        claims_nats=[a + b for a, b in zip(evidence.claims_nats, part.row, strict=True)],
        anchor=anchor,
        counts=evidence.counts if part.camera else counted(evidence.counts, part.source, 1),
        cameras=counted(evidence.cameras, part.camera, 1) if part.camera else evidence.cameras,
        claims=counted(evidence.claims, part.claim, 1) if part.camera else evidence.claims,
        scatters=[None] * len(evidence.scatters),
        onset=[None] * len(evidence.onset),
        sums=[None] * len(evidence.onset),
        before=evidence,
        change=part,
        believed=not outlier,
        lags=lags_of(tables, part, anchor),
    )


def misplaced(tables: Tables, evidence: Evidence, part: Part) -> Evidence:
    """The evidence that `plus` made with this signal, but its place not believed; the times are the same."""
    assert evidence.before is not None, "fresh from `plus`"
    return replace(
        evidence,
        placed=evidence.placed - 1,
        gross=evidence.gross - tables.inlier[part.source] + tables.gross[part.source],
        scatters=[None] * len(evidence.scatters),
        believed=False,
        belief=None,
    )


def minus(tables: Tables, evidence: Evidence, part: Part, others: Parts, *, outlier: bool) -> Evidence:
    """The evidence without one of its signals; `others`: the members that stay."""
    rest = list(others()) if part.anchor <= evidence.anchor else []
    anchor = min((one.anchor for one in rest), default=evidence.anchor)
    changed = anchor != evidence.anchor
    return Evidence(
        number=evidence.number - 1,
        placed=evidence.placed - (not outlier),
        gross=evidence.gross - (tables.gross if outlier else tables.inlier)[part.source],
        claims_nats=[a - b for a, b in zip(evidence.claims_nats, part.row, strict=True)],
        anchor=anchor,
        counts=evidence.counts if part.camera else counted(evidence.counts, part.source, -1),
        cameras=counted(evidence.cameras, part.camera, -1) if part.camera else evidence.cameras,
        claims=counted(evidence.claims, part.claim, -1) if part.camera else evidence.claims,
        scatters=[None] * len(evidence.scatters),
        onset=[*onset_from(tables, rest, anchor)] if changed else [None] * len(evidence.onset),
        before=evidence,
        change=part,
        came=False,
        believed=not outlier,
        lags=[] if changed else lags_of(tables, part, anchor),
    )


def union(tables: Tables, one: Evidence, other: Evidence, members: Parts, of_other: Parts) -> Evidence:
    """The evidence of two incidents as one."""
    anchor = min(one.anchor, other.anchor)
    mine = one if one.anchor == anchor else anchored(tables, one, members(), anchor)
    its = other if other.anchor == anchor else anchored(tables, other, of_other(), anchor)
    return Evidence(
        number=one.number + other.number,
        placed=one.placed + other.placed,
        gross=one.gross + other.gross,
        scatters=[one.scatter(extent).plus(other.scatter(extent)) for extent in range(len(one.scatters))],
        claims_nats=[a + b for a, b in zip(one.claims_nats, other.claims_nats, strict=True)],
        anchor=anchor,
        onset=[_both(tables, mine.times(pace), its.times(pace)) for pace in range(len(one.onset))],
        counts=summed(one.counts, other.counts),
        cameras=summed(one.cameras, other.cameras),
        claims=summed(one.claims, other.claims),
    )


def _both(tables: Tables, one: list[float], other: list[float]) -> list[float]:
    return [a + b - width for a, b, width in zip(one, other, tables.widths, strict=True)]


def gather(tables: Tables, members: Iterable[tuple[Part, bool]]) -> Evidence:
    """The evidence of exactly these (signal, is outlier) members, at least one."""
    pairs = list(members)
    first, outlier = pairs[0]
    whole = alone(tables, first, placed=not outlier)
    seen = [first]
    for part, far in pairs[1:]:
        whole = plus(tables, whole, part, lambda: seen, outlier=far).settle()
        seen.append(part)
    return whole


def pinned(tables: Tables, evidence: Evidence, x: float, y: float, variance: float) -> Evidence:
    """The evidence with the place that a person gave instead of the one that the signals give."""
    round_ = (variance, 0.0, variance)
    evidence.scatters = [scatter_of(x, y, round_, extent) for extent in tables.extents]
    evidence.placed, evidence.belief = 1, None
    return evidence


def where(evidence: Evidence, extent: int = 0) -> tuple[float, float, Covariance]:
    """The centre and its covariance, for one class of extents."""
    return centre(evidence.scatter(extent))


def anchored(tables: Tables, evidence: Evidence, members: Iterable[Part], anchor: float) -> Evidence:
    """The same evidence with its grid of onsets reckoned from another anchor."""
    onset: list[list[float] | None] = [*onset_from(tables, members, anchor)]
    return replace(evidence, anchor=anchor, onset=onset, sums=[], belief=None)


def onset_from(tables: Tables, members: Iterable[Part], anchor: float) -> list[list[float]]:
    """The grid of onsets of these members from an anchor."""
    whole = [list(tables.widths) for _ in range(len(tables.paces) + 1)]
    for part in members:
        for pace, row in enumerate(lags_of(tables, part, anchor)):
            whole[pace] = [a + b for a, b in zip(whole[pace], row, strict=True)]
    return whole


def counted(counts: Mapping[str, int], key: str, change: int) -> dict[str, int]:
    """The counts with one of them changed; a name that counts nothing is not there."""
    changed = {**counts, key: counts.get(key, 0) + change}
    if not changed[key]:
        del changed[key]
    return changed


def summed(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Both counts."""
    return {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}
