"""What the console does about suppressions beside answering requests: counts what they cover, begins and ends them."""

import logging
from collections.abc import Iterable
from datetime import datetime

from prometheus_client import Counter, Gauge
from pydantic import AwareDatetime

from command_center.board import Board
from command_center.rows import WallRow
from command_center.store.audit import Entry
from command_center.store.suppressions import Counted, Hit, Suppressions
from command_center.suppression import Limits, Suppression, ended, next_state
from contracts.actions import Actor
from contracts.contract import Contract

log = logging.getLogger(__name__)

ACTIVE = Gauge("hub_suppressions_active", "Suppressions in force")
HIDDEN = Gauge("hub_suppressed_rows", "Live incidents that are hidden by suppressions")
COVERED = Counter("hub_suppressed_signals_total", "Signals that this console saw covered by a suppression")
ITSELF = Actor(user="hub", unit="", role="system")
"""in the audit, of what no person did"""


class SuppressionView(Contract):
    """One suppression as every seat is told of it."""

    suppression: Suppression
    hiding: int
    """rows that it hides now, alone or with others"""
    signals: int
    """that it has covered so far"""
    incidents: int
    """that these signals sit in"""
    last_hit_at: AwareDatetime | None
    idle_ends_at: AwareDatetime | None
    """when it ends by itself if nothing more comes; null when it does not"""


class SuppressionDesk:
    """One per console; lives on the event loop."""

    def __init__(self, store: Suppressions, board: Board, limits: Limits) -> None:
        self.store, self.limits = store, limits
        self._board = board
        self._seen: set[tuple[str, str]] = set()
        self._new: list[Hit] = []
        self._counted: list[Counted] = []
        self._sent: object = None

    def look(self, rows: Iterable[WallRow]) -> None:
        """The board has these rows: remember which of their signals are covered."""
        for one in rows:
            for suppression_id, signal_id in one.hits:
                if (suppression_id, signal_id) not in self._seen:
                    self._seen.add((suppression_id, signal_id))
                    self._new.append((suppression_id, signal_id, one.row.incident_id))

    async def keep(self, now: datetime) -> None:
        """Write the counts down, begin what is due by now and end what is over.

        Raises:
            DatabaseUnavailable: nothing is forgotten; it is done again.
        """
        if self._new:
            taken = len(self._new)
            await self.store.note(self._new, now)
            del self._new[:taken]
            COVERED.inc(taken)
        for one in await self.store.current():
            await self._move_on(one, now)
        await self.read()

    async def read(self) -> None:
        """What is in force, anew from the database."""
        self._counted = await self.store.current()
        known = {one.suppression.suppression_id for one in self._counted}
        self._seen = {pair for pair in self._seen if pair[0] in known}
        ACTIVE.set(sum(one.suppression.state == "active" for one in self._counted))
        HIDDEN.set(self._board.hidden())

    def views(self) -> tuple[SuppressionView, ...]:
        """Those that have not ended, as every seat is told of them."""
        return tuple(self.view(one) for one in self._counted)

    def view(self, counted: Counted) -> SuppressionView:
        """One with its counters."""
        one, idle = counted.suppression, self.limits.idle
        quiet_since = max(one.starts_at, counted.last_hit or one.starts_at)
        return SuppressionView(
            suppression=one,
            hiding=self._board.hidden(one.suppression_id),
            signals=counted.signals,
            incidents=counted.incidents,
            last_hit_at=counted.last_hit,
            idle_ends_at=min(one.ends_at, quiet_since + idle) if idle and one.state != "ended" else None,
        )

    def changed(self) -> bool:
        """Whether anything differs from when this was last asked."""
        now = self.views()
        differs, self._sent = now != self._sent, now
        return differs

    async def _move_on(self, counted: Counted, now: datetime) -> None:
        before = counted.suppression
        state, why = next_state(before, now, counted.last_hit, self.limits)
        if state == before.state:
            return
        after = ended(before, now, why) if state == "ended" else before.model_copy(update={"state": state})
        entry = Entry(now, ITSELF, f"suppression.{state}", before.suppression_id, why, {"signals": counted.signals})
        if await self.store.move_on(before, after, entry):
            log.info("suppression %s is %s %s", before.suppression_id, state, why)
