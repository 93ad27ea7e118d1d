"""How long after each possible beginning a signal came, and what the signals of an incident tell of the beginning."""

import math
from array import array
from collections.abc import Sequence
from itertools import chain
from operator import add, itemgetter, mul, sub

Rows = Sequence[Sequence[float]]
"""by pace, and last of all of a false alarm's burst"""
MOST_BESIDE = 100
"""shared onsets remembered for each signal's lags"""


class Delays:
    """One signal's lags after each onset of the grid before an anchor, taken from its source's tables."""

    __slots__ = ("_beside", "_densities", "_logs", "_pick", "_picked_logs", "picked")

    def __init__(self, bins: Sequence[int], logs: Rows, densities: Rows) -> None:
        self._pick, self._logs, self._densities = itemgetter(*bins), logs, densities
        self._picked_logs: tuple[float, ...] | None = None
        self.picked: list[tuple[float, ...] | None] = [None] * len(densities)
        """by pace: `densities`, as far as it was asked for"""
        self._beside: dict[Onset, dict[int, float]] = {}

    def logs(self) -> tuple[float, ...]:
        """Log density at each onset, on the grid of exact sums: one pace after the other."""
        if self._picked_logs is None:
            self._picked_logs = tuple(chain.from_iterable(map(self._pick, self._logs)))
        return self._picked_logs

    def densities(self, pace: int) -> tuple[float, ...]:
        """The same without the logarithm, for one pace."""
        known = self.picked[pace]
        if known is None:
            known = self.picked[pace] = self._pick(self._densities[pace])
        return known

    def beside(self, onset: "Onset") -> dict[int, float]:
        """By pace: `Onset.nats_with` these, as far as it was asked for; kept where many incidents share the onset."""
        if not onset.shared:
            return {}
        known = self._beside.get(onset)
        if known is None:
            known = {}
            if len(self._beside) < MOST_BESIDE:
                self._beside[onset] = known
        return known


class Onset:
    """When the happening of some signals began: a grid of log widths + Σ log densities of their lags, pace after pace.

    The grid is reckoned when it is asked for: from its signals, or from what it was before one of them came or went.
    The sums are exact. The integral of a grid that is only tried is taken from the one before it, without a new
    exponential for each onset; `settle` lets go of that one, so that what is kept follows from the signals alone.
    """

    __slots__ = ("_before", "_came", "_delays", "_grid", "_heights", "known", "shared")

    def __init__(
        self,
        paces: int,
        grid: Sequence[float] | None = None,
        delays: "Sequence[Delays]" = (),
        before: "Onset | None" = None,
        *,
        came: bool = True,
    ) -> None:
        self._grid, self._delays, self._before, self._came = grid, delays, before, came
        self.known: list[float | None] = [None] * paces
        """by pace: `nats`, as far as it was asked for"""
        self.shared = False
        """whether it is the onset of many incidents: of all that one signal of its source tells of"""
        self._heights: list[tuple[float, Sequence[float]] | None] = [None] * paces

    def plus(self, delays: Delays) -> "Onset":
        """With one signal more."""
        return Onset(len(self.known), None, (delays,), self)

    def minus(self, delays: Delays) -> "Onset":
        """Without one of its signals."""
        return Onset(len(self.known), None, (delays,), self, came=False)

    def grid(self) -> Sequence[float]:
        """Log weights of the onsets, one pace after the other."""
        known = self._grid
        if known is None:
            assert self._before is not None, "kept, or made from something kept"
            known = self._before.grid()
            change = add if self._came else sub
            for delays in self._delays:
                known = list(map(change, known, delays.logs()))
            known = array("d", known)
            self._grid = known
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
        self.grid()
        self._delays, self._before = (), None
        self.known = [None] * len(self.known)

    def _integral(self, pace: int) -> float:
        before = self._before
        if before is not None and self._came and len(self._delays) == 1 and self._grid is None:
            return before.nats_with(self._delays[0], pace)
        top, heights = self.heights(pace)
        return top + math.log(sum(heights))

    def nats_with(self, delays: Delays, pace: int) -> float:
        """`nats` with one signal more, for one pace."""
        top, heights = self._heights[pace] or self.heights(pace)
        return top + math.log(sum(map(mul, heights, delays.picked[pace] or delays.densities(pace))))

    def heights(self, pace: int) -> tuple[float, Sequence[float]]:
        """(the highest of the grid, each over it without the logarithm), for one pace."""
        known = self._heights[pace]
        if known is None:
            grid, exp = self.grid(), math.exp
            onsets = len(grid) // len(self.known)
            logs = grid[pace * onsets : (pace + 1) * onsets]
            top = max(logs)
            known = self._heights[pace] = (top, array("d", [exp(one - top) for one in logs]))
        return known


def onset_of(widths: Sequence[float], paces: int, delays: Sequence[Delays]) -> Onset:
    """What these signals tell; `widths`: log of each cell's, over no signal at all."""
    return Onset(paces, None, delays, Onset(paces, [*widths] * paces))


def onset_of_both(widths: Sequence[float], one: Onset, other: Onset) -> Onset:
    """What two incidents tell as one."""
    paces = len(one.known)
    return Onset(paces, list(map(sub, map(add, one.grid(), other.grid()), [*widths] * paces)))
