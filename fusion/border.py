"""The watch on the districts' borders: incidents on two sides of one that the same score would merge are brought
together.

Districts are fused apart, so that they can be on different machines; a happening on a border leaves an incident on
each side. One worker at a time reads what changed, weighs neighbours across borders, and asks the younger side to
cede its incident (`fusion.crossing`). What it found so far is in memory only: after a restart it looks at everything
that lives again, and what it asked for before is known by its identity.
"""

import asyncio
import logging
import math
from collections.abc import Callable
from datetime import UTC, datetime

from prometheus_client import Counter

from contracts.actions import Action
from contracts.geo import EARTH_RADIUS_M
from contracts.kinds import Kind
from fusion.border_weighing import Side, Usual, Verdict
from fusion.crossing import MACHINE
from fusion.gate import CellIndex, Footprint
from fusion.ledger_border import BorderLedger, BorderLook, Placed
from fusion.naming import name_from

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
        self._reach_m, self._every_s = reach_m, every_s
        self._seen: int | None = None
        self._placed: dict[str, Placed] = {}
        self._cells = CellIndex()
        self._usual: Usual | None = None
        self._usual_at = datetime.min.replace(tzinfo=UTC)
        self._east_m: float | None = None
        """metres per degree of longitude, at the first incident's latitude"""

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
            self._file(changed, afresh=behind)
            actions = [action for pair in self._pairs(changed) if (action := await self._ask(look, *pair)) is not None]
            await look.put(actions)
        self._seen = newest
        CROSSED.inc(len(actions))
        for action in actions:
            log.info("%s of %s crosses to %s", action.incident_id, action.district, action.arguments["to_district"])
        return actions

    def _file(self, changed: list[Placed], *, afresh: bool) -> None:
        if afresh:
            self._placed, self._cells = {}, CellIndex()
        for one in changed:
            if one.live and one.kind != Kind.DEVICE.value:
                self._placed[one.incident_id] = one
                self._cells.put(one.incident_id, Footprint(*self._metres(one)))
            else:
                self._placed.pop(one.incident_id, None)
                self._cells.drop(one.incident_id)

    def _pairs(self, changed: list[Placed]) -> list[tuple[str, str]]:
        pairs = {
            (min(one.incident_id, name), max(one.incident_id, name))
            for one in changed
            if one.incident_id in self._placed
            for name in self._cells.near(*self._metres(one), self._reach_m)
            if self._placed[name].district != one.district and self._placed[name].exercise == one.exercise
        }
        return sorted(pairs)

    async def _ask(self, look: BorderLook, one: str, other: str) -> Action | None:
        a, b = await look.side(one), await look.side(other)
        if a is None or b is None:
            return None
        verdict = self._weigh(await self._usual_words(look), a, b)
        if verdict is None:
            return None
        stays, goes = (a, b) if verdict.survivor == one else (b, a)
        return Action(
            action_id=name_from(f"border|{_at(goes)}|{_at(stays)}"),
            incident_id=goes.incident.incident_id,
            district=goes.incident.district,
            expected_revision=goes.incident.revision,
            action="cede",
            by=MACHINE,
            at=self._clock(),
            arguments={"to": stays.incident.incident_id, "to_district": stays.incident.district, "p": verdict.p},
        )

    async def _usual_words(self, look: BorderLook) -> Usual:
        now = self._clock()
        if self._usual is None or (now - self._usual_at).total_seconds() > USUAL_FOR_S:
            self._usual, self._usual_at = await look.usual(), now
        return self._usual

    def _metres(self, one: Placed) -> tuple[float, float]:
        if self._east_m is None:
            self._east_m = math.radians(1.0) * EARTH_RADIUS_M * math.cos(math.radians(one.lat))
        return one.lon * self._east_m, math.radians(one.lat) * EARTH_RADIUS_M


def _at(side: Side) -> str:
    return f"{side.incident.incident_id}:{side.incident.revision}"
