"""A version beside the one in force, over what this hub hears: what it would do otherwise, and nothing it does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

from fusion.learning.comparison import Beside, Comparison
from fusion.ledger import Ledger
from fusion.policy import Params
from hub.cli.fusion_material import line_of

LOOK_EVERY_S = 5.0
SHOWN = 3


async def shadowed(
    ledger: Ledger, now: Params, then: Params, since: datetime | None, *, follow: bool
) -> AsyncIterator[str]:
    """One line of figures after all that was heard; with `follow`, another whenever more was."""
    beside, positions, newest = Beside(now, then), dict[str, int](), since
    while True:
        heard = 0
        async for stored in ledger.recorded(None, newest):
            line = line_of(stored)
            district = line.incoming.district
            newest = stored.arrived_at
            if stored.position > positions.get(district, 0):
                positions[district] = stored.position
                beside.take(line)
                heard += 1
        if heard:
            yield words(beside.look(), now, then)
        if not follow:
            return
        await asyncio.sleep(LOOK_EVERY_S)


def words(found: Comparison, now: Params, then: Params) -> str:
    """The difference so far in one line, and the surest of each side to look at."""
    some = ", ".join(one.signal_id for one in (*found.gained[:SHOWN], *found.lost[:SHOWN]))
    return (
        f"{found.signals} signals: {now.version} makes {found.incidents_now} incidents "
        f"({found.provisional_now} joins wait), {then.version} would make {found.incidents_then} "
        f"({found.provisional_then} wait); joins gained {len(found.gained)}, lost {len(found.lost)}"
        + (f"; look at: {some}" if some else "")
    )
