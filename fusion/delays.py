"""How long after each possible beginning a signal came, and what the signals of an incident tell of the beginning."""

import math
from collections.abc import Iterable, Sequence
from operator import add, itemgetter, mul, sub

Rows = Sequence[Sequence[float]]
"""by pace, and last of all of a false alarm's burst"""


class Delays:
    """One signal's lags after each onset of the grid before an anchor, taken from its source's tables."""

    __slots__ = ("_densities", "_logs", "_pick", "_picked")

    def __init__(self, bins: Sequence[int], logs: Rows, densities: Rows) -> None:
        self._pick, self._logs, self._densities = itemgetter(*bins), logs, densities
        self._picked: list[tuple[float, ...] | None] = [None] * len(densities)

    def logs(self, pace: int) -> tuple[float, ...]:
        """Log density at each onset, on the grid of exact sums."""
        picked: tuple[float, ...] = self._pick(self._logs[pace])
        return picked

    def densities(self, pace: int) -> tuple[float, ...]:
        """The same without the logarithm."""
        known = self._picked[pace]
        if known is None:
            known = self._picked[pace] = self._pick(self._densities[pace])
        return known


class Onset:
    """When the happening of some signals began: by pace a grid of log widths + Σ log densities of their lags.

    A grid is reckoned when it is asked for: from its signals, or from what it was before one of them came or went.
    The sums are exact. The integral of a grid that is only tried is taken from the one before it, without a new
    exponential for each onset; `settle` lets go of that one, so that what is kept follows from the signals alone.
    """

    __slots__ = ("_before", "_came", "_delays", "_heights", "known", "rows")

    def __init__(
        self,
        rows: "list[Sequence[float] | None]",
        delays: "Sequence[Delays]" = (),
        before: "Onset | None" = None,
        *,
        came: bool = True,
    ) -> None:
        self.rows, self._delays, self._before, self._came = rows, delays, before, came
        self.known: list[float | None] = [None] * len(rows)
        """by pace: `nats`, as far as it was asked for"""
        self._heights: list[tuple[float, list[float]] | None] = [None] * len(rows)

    def plus(self, delays: Delays) -> "Onset":
        """With one signal more."""
        return Onset([None] * len(self.rows), (delays,), self)

    def minus(self, delays: Delays) -> "Onset":
        """Without one of its signals."""
        return Onset([None] * len(self.rows), (delays,), self, came=False)

    def times(self, pace: int) -> Sequence[float]:
        """The grid, for one pace."""
        known = self.rows[pace]
        if known is None:
            assert self._before is not None, "kept, or made from something kept"
            known = self._before.times(pace)
            change = add if self._came else sub
            for delays in self._delays:
                known = list(map(change, known, delays.logs(pace)))
            self.rows[pace] = known
        return known

    def nats(self, pace: int) -> float:
        """Log of the integral over the onset, for one pace."""
        known = self.known[pace]
        if known is None:
            known = self.known[pace] = self._integral(pace)
        return known

    def settle(self) -> None:
        """Reckon all of it, and let go of what it was made from."""
        if self._before is None:
            return
        for pace in range(len(self.rows)):
            self.times(pace)
        self._delays, self._before = (), None
        self.known = [None] * len(self.rows)

    def _integral(self, pace: int) -> float:
        before = self._before
        if before is not None and self._came and len(self._delays) == 1 and self.rows[pace] is None:
            return before.nats_with(self._delays[0], (pace,), {})[pace]
        top, heights = self.heights(pace)
        return top + math.log(sum(heights))

    def nats_with(self, delays: Delays, paces: Iterable[int], known: dict[int, float]) -> dict[int, float]:
        """`nats` with one signal more, by pace; what is `known` is added to."""
        for pace in paces:
            if pace not in known:
                top, heights = self.heights(pace)
                known[pace] = top + math.log(sum(map(mul, heights, delays.densities(pace))))
        return known

    def heights(self, pace: int) -> tuple[float, list[float]]:
        """(the highest of the grid, each over it without the logarithm), for one pace."""
        known = self._heights[pace]
        if known is None:
            times, exp = self.times(pace), math.exp
            top = max(times)
            known = self._heights[pace] = (top, [exp(one - top) for one in times])
        return known


def onset_of(widths: Sequence[float], paces: int, delays: Sequence[Delays]) -> Onset:
    """What these signals tell; `widths`: log of each cell's, over no signal at all."""
    return Onset([None] * paces, delays, Onset([widths] * paces))


def onset_of_both(widths: Sequence[float], one: Onset, other: Onset) -> Onset:
    """What two incidents tell as one."""
    return Onset(
        [
            list(map(sub, map(add, one.times(pace), other.times(pace)), widths))
            for pace in range(len(one.rows))
        ]
    )  # fmt: skip
