"""The watch on the districts' borders: incidents on two sides of one that the same score would merge are brought
together.

Districts are fused apart, so that they can be on different machines; a happening on a border leaves an incident on
each side. One worker at a time reads what changed, weighs neighbours across borders, and asks the younger side to
cede its incident (`fusion.crossing`). What it found so far is in memory only: after a restart it looks at everything
that lives again, and what it asked for before is known by its identity.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from prometheus_client import Counter

from contracts.actions import Action
from fusion.border_weighing import Side, Usual, Verdict, cession
from fusion.ledger_border import BorderLedger, BorderLook
from fusion.neighbours import Neighbours

log = logging.getLogger(__name__)

CROSSED = Counter("hub_fusion_border_asked_total", "incidents that were asked to cross a district's border")
MOST_CHANGES = 5_000
"""more changes than this between two looks: everything that lives is read again"""


USUAL_FOR_S = 600.0
"""how long counts of words are held to be fresh"""

Weigh = Callable[[Usual, Side, Side], Verdict | None]
"""whether two incidents are one: `border_weighing.weigh_across` under the parameters in force"""


class Border:
    """What is known of the live incidents, to find neighbours across borders without asking the database."""

    def __init__(
        self,
        ledger: BorderLedger,
        weigh: Weigh,
        clock: Callable[[], datetime],
        *,
        reach_m: float = 720.0,
        every_s: float = 1.0,
    ) -> None:
        self._ledger, self._weigh, self._clock = ledger, weigh, clock
        self._every_s = every_s
        self._neighbours = Neighbours(reach_m)
        self._seen: int | None = None
        self._usual: Usual | None = None
        self._usual_at = datetime.min.replace(tzinfo=UTC)

    async def watch(self) -> None:
        """For ever."""
        while True:
            await self.look()
            await asyncio.sleep(self._every_s)

    async def look(self) -> list[Action]:
        """One look at what changed since the last; what was asked for.

        Raises:
            DatabaseUnavailable: the next look sees the same.
        """
        async with self._ledger.look() as look:
            if look is None:
                return []
            newest = await look.newest()
            if newest == self._seen:
                return []
            behind = self._seen is None or newest - self._seen > MOST_CHANGES
            changed = await look.placed(None if behind else self._seen)
            if behind:
                self._neighbours.clear()
            self._neighbours.file(changed)
            asked = [await self._ask(look, *pair) for pair in self._neighbours.pairs(changed)]
            actions = [action for action in asked if action is not None]
            await look.put(actions)
        self._seen = newest
        CROSSED.inc(len(actions))
        for action in actions:
            log.info("%s of %s crosses to %s", action.incident_id, action.district, action.arguments["to_district"])
        return actions

    async def _ask(self, look: BorderLook, one: str, other: str) -> Action | None:
        a, b = await look.side(one), await look.side(other)
        if a is None or b is None:
            return None
        verdict = self._weigh(await self._usual_words(look), a, b)
        return cession(verdict, a, b, at=self._clock()) if verdict is not None else None

    async def _usual_words(self, look: BorderLook) -> Usual:
        now = self._clock()
        if self._usual is None or (now - self._usual_at).total_seconds() > USUAL_FOR_S:
            self._usual, self._usual_at = await look.usual(), now
        return self._usual
