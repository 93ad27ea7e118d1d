"""What an incident's signals say together: sums over its members, so that joining, leaving and merging cost the same
however large it is.

Every sum is exact (whole numbers, or logarithms on a grid): the order of joining leaves no trace, taking a signal away
restores what was, and two merged incidents are what one built from all their signals would be. Nothing here is kept in
a snapshot: it is made again from the members.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import add, sub
from typing import NamedTuple

from fusion.belief import Belief
from fusion.delays import Onset, onset_of, onset_of_both
from fusion.part import Part, delays_of, onset_alone
from fusion.tables import Tables
from fusion.terms.space import (
    NOWHERE,
    Ahead,
    Covariance,
    Scatter,
    ahead_of,
    centre,
    centre_with,
    scatter_of,
    space_nats,
    space_nats_with,
)
from fusion.voices import SILENCE, Voices


class Ground(NamedTuple):
    """What is known of a place, whatever happened there."""

    covered: float
    """cameras that see it, mean"""
    more: float
    """log of how much more happens there than in the city on average"""
    own: list[float]
    """by kind: log of how much more of it happens there than of everything; empty where no kind has a geography of its
    own"""


class Open(NamedTuple):
    """What may be with a signal of one source and claim more, before its place and time."""

    kinds: list[tuple[int, int, int, float]]
    """(number of the kind, place of its class in `extents`, pace, log weight of all but space and time)"""
    extents: list[int]
    """their classes of extents"""
    aheads: list[Ahead]
    """where its place is expected, by those classes"""
    alarm: bool
    """whether it may all be a false alarm of one camera"""


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
    voices: Voices = SILENCE
    belief: Belief | None = None
    """what it is, as last reckoned"""
    with_one: dict[str, list[float]] = field(default_factory=dict)
    """source → by kind, all but space, time and the claim of one signal more"""
    opens: dict[tuple[str, str], Open] = field(default_factory=dict)
    """(source, claim) → what `fusion.trying` starts from"""
    pin: tuple[float, ...] | None = None
    """(lat, lon) that a person gave, in whose stead no member's place counts"""
    scatters: list[Scatter | None] = field(default_factory=list)
    """by class of extents"""
    onset: Onset = field(default_factory=lambda: Onset(0))
    spaces: list[float | None] = field(default_factory=list)
    """by class of extents: the space term, as far as it was asked for"""
    aheads: dict[int, Ahead] = field(default_factory=dict)
    """by class of extents: where the next place is expected, as far as it was asked for"""
    ground: Ground | None = None
    """what is known of the place in general, as last looked up"""
    before: "Evidence | None" = None
    """what this was made from by a signal that came or went"""
    change: Part | None = None
    came: bool = True
    believed: bool = True
    """whether that signal's place counts"""

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

    def space(self, extent: int) -> float:
        """The space term, for one class of extents."""
        if self.placed <= 1:
            return 0.0
        known = self.spaces[extent]
        if known is None:
            known = self.spaces[extent] = self._space(extent)
        return known

    def ahead(self, tables: Tables, extent: int) -> Ahead:
        """Where the next place is expected, for one class of extents."""
        known = self.aheads.get(extent)
        if known is None:
            known = ahead_of(self.scatter(extent), self.space(extent), tables.extents[extent])
            self.aheads[extent] = known
        return known

    def _space(self, extent: int) -> float:
        if self.before is not None and self.change is not None and self.scatters[extent] is None and self.came:
            if self.believed:
                return space_nats_with(self.before.scatter(extent), self.change.scatters[extent], self.placed)
            return self.before.space(extent)
        return space_nats(self.scatter(extent), self.placed)

    def settle(self) -> "Evidence":
        """Reckon all of it, and let go of what it was made from and of what was reckoned by the way."""
        if self.before is not None:
            for extent in range(len(self.scatters)):
                self.scatter(extent)
            self.onset.settle()
            self.before, self.change, self.belief = None, None, None
            self.with_one.clear()
            self.opens.clear()
        return self


Parts = Callable[[], Iterable[Part]]
"""the members' contributions, asked for only when the earliest moment changes"""


def alone(tables: Tables, part: Part, *, placed: bool = True) -> Evidence:
    """The evidence of one signal."""
    return Evidence(
        number=1,
        placed=int(placed),
        gross=tables.inlier[part.source] if placed else tables.gross[part.source],
        scatters=list(part.scatters) if placed else [NOWHERE] * len(tables.extents),
        claims_nats=part.row,
        anchor=part.anchor,
        onset=onset_alone(tables, part),
        spaces=[None] * len(tables.extents),
        voices=SILENCE.changed(part, 1),
        aheads=part.aheads if placed else {},
    )


def plus(tables: Tables, evidence: Evidence, part: Part, members: Parts, *, outlier: bool) -> Evidence:
    """The evidence with one signal more; an outlier's place is not believed and moves nothing."""
    return Evidence(
        number=evidence.number + 1,
        placed=evidence.placed + (not outlier),
        gross=evidence.gross + (tables.gross if outlier else tables.inlier)[part.source],
        claims_nats=list(map(add, evidence.claims_nats, part.row)),
        anchor=min(evidence.anchor, part.anchor),
        voices=evidence.voices.changed(part, 1),
        scatters=[None] * len(evidence.scatters),
        onset=onset_with(tables, evidence, part, members),
        spaces=[None] * len(evidence.scatters),
        before=evidence,
        change=part,
        believed=not outlier,
    )


def onset_with(tables: Tables, evidence: Evidence, part: Part, members: Parts) -> Onset:
    """What the signals tell of the beginning with one more."""
    if part.anchor < evidence.anchor:
        return onset_from(tables, [*members(), part], part.anchor)
    return evidence.onset.plus(delays_of(tables, part, evidence.anchor))


def minus(tables: Tables, evidence: Evidence, part: Part, others: Parts, *, outlier: bool) -> Evidence:
    """The evidence without one of its signals; `others`: the members that stay."""
    rest = list(others()) if part.anchor <= evidence.anchor else []
    anchor = min((one.anchor for one in rest), default=evidence.anchor)
    if anchor != evidence.anchor:
        onset = onset_from(tables, rest, anchor)
    else:
        onset = evidence.onset.minus(delays_of(tables, part, anchor))
    return Evidence(
        number=evidence.number - 1,
        placed=evidence.placed - (not outlier),
        gross=evidence.gross - (tables.gross if outlier else tables.inlier)[part.source],
        claims_nats=list(map(sub, evidence.claims_nats, part.row)),
        anchor=anchor,
        voices=evidence.voices.changed(part, -1),
        scatters=[None] * len(evidence.scatters),
        onset=onset,
        spaces=[None] * len(evidence.scatters),
        before=evidence,
        change=part,
        came=False,
        believed=not outlier,
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
        scatters=[one.scatter(extent).plus(other.scatter(extent)) for extent in range(len(one.scatters))],
        claims_nats=list(map(add, one.claims_nats, other.claims_nats)),
        anchor=anchor,
        onset=onset_of_both(tables.widths, mine, its),
        spaces=[None] * len(one.scatters),
        voices=one.voices.both(other.voices),
    )


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
    evidence.placed, evidence.belief, evidence.ground = 1, None, None
    evidence.with_one.clear()
    evidence.opens.clear()
    evidence.aheads = {}
    return evidence


def about(evidence: Evidence) -> tuple[float, float]:
    """Roughly where it is, metres east and north: the centre for the least extent."""
    before, change = evidence.before, evidence.change
    if before is not None and change is not None and evidence.came and evidence.scatters[0] is None:
        its = before.scatter(0)
        return centre_with(its, change.scatters[0]) if evidence.believed else centre(its)[:2]
    return centre(evidence.scatter(0))[:2]


def where(evidence: Evidence, extent: int) -> tuple[float, float, Covariance]:
    """The centre and its covariance, for one class of extents."""
    return centre(evidence.scatter(extent))


def onset_from(tables: Tables, members: Iterable[Part], anchor: float) -> Onset:
    """The grid of onsets of these members from an anchor."""
    return onset_of(tables.widths, len(tables.paces) + 1, [delays_of(tables, part, anchor) for part in members])
