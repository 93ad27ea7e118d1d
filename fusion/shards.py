"""The districts that a worker holds: read from the ledger when needed, stepped in memory, dropped when in doubt."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from prometheus_client import Counter, Gauge, Histogram

from contracts.errors import Unreadable
from contracts.incidents import Decision
from fusion.engine import JournalRecord, Outputs, next_due, step
from fusion.journal import Entry, Incoming, params_record, replay
from fusion.ledger import Ledger
from fusion.memory import settle_memory
from fusion.policy import Params
from fusion.set_aside import Faulty
from fusion.state import State, load_state, new_state

log = logging.getLogger(__name__)

Step = Callable[[State, JournalRecord], tuple[State, Outputs]]

SNAPSHOT_EVERY = 2000
"""journal positions: what a restart has to replay at most"""


STEP = Histogram(
    "hub_fusion_step_seconds", "one record through the engine", buckets=(0.0002, 0.0005, 0.001, 0.002, 0.005, 0.02, 0.1)
)
DECISIONS = Counter("hub_fusion_decisions_total", "decisions by what was chosen", ["chosen"])
MENDED = Counter("hub_fusion_mended_total", "signals with something that cannot be true, by what was mended", ["what"])
STORMS = Counter("hub_fusion_storm_signals_total", "signals of a camera's rule that were only counted")
STALE = Counter("hub_fusion_stale_snapshots_total", "snapshots of another format: the journal was replayed instead")
LIVE = Gauge("hub_fusion_incidents", "incidents in memory", ["district"])


class Shards:
    """States by district. One owner; whoever calls holds the worker's lock."""

    def __init__(self, ledger: Ledger, params: Params, step: Step = step) -> None:
        self._ledger, self._params, self._step_of = ledger, params, step
        self._states: dict[str, State] = {}
        self._saved: dict[str, int] = {}
        self._resting: dict[str, datetime] = {}
        """district → until when no time passes in it"""

    def __contains__(self, district: str) -> bool:
        return district in self._states

    def held(self) -> list[str]:
        """The districts in memory."""
        return sorted(self._states)

    def state(self, district: str) -> State:
        """A district's state, for looking at."""
        return self._states[district]

    @property
    def params(self) -> Params:
        """Those in force."""
        return self._params

    def go_by(self, params: Params) -> None:
        """Other numbers hold from each district's next record on, which is journalled before it."""
        if params.version != self._params.version:
            log.info("parameters %s instead of %s", params.version, self._params.version)
        self._params = params

    def forget(self, districts: Iterable[str]) -> None:
        """Drop states that may no longer be what the journal says, or belong to another worker now."""
        for district in districts:
            self._states.pop(district, None)
            self._saved.pop(district, None)

    async def hold(self, district: str) -> None:
        """Bring a district into memory: its snapshot, and the journal since then replayed.

        Raises:
            DatabaseUnavailable: it stays out of memory.
        """
        if district in self._states:
            return
        snapshot, tail = await self._ledger.load(district)
        state = new_state(district, self._params)
        if snapshot is not None:
            try:
                state = load_state(snapshot)
            except Unreadable as stale:
                STALE.inc()
                log.warning("district %s: %s: the whole journal is replayed", district, stale)
                _, tail = await self._ledger.load(district, whole=True)
        self._saved[district] = state.book.position
        for stored in tail:
            state, _ = replay(state, stored)
        self._states[district] = state
        settle_memory(state)
        if state.book.position:
            log.info("district %s: %d records of the journal replayed", district, len(tail))

    def take(self, incoming: Sequence[Incoming], at: datetime) -> list[tuple[Entry, Outputs]]:
        """Step records through their districts, which must be held; nothing is written yet.

        Raises:
            Faulty: the engine failed at one; the states are no longer to be trusted.
        """
        taken: list[tuple[Entry, Outputs]] = []
        for one in incoming:
            state = self._states[one.district]
            if state.book.position == 0 or not self._goes_by_ours(state):
                taken.append(self._step(params_record(one.district, self._params, state.book.position + 1), at))
            taken.append(self._step(one, at))
        return taken

    def due(self, now: datetime) -> list[str]:
        """Districts in which silence changes something by now."""
        return [
            district
            for district in self.held()
            if (due := next_due(self._states[district])) is not None
            and max(due, self._resting.get(district, due)) <= now
        ]

    def rest(self, district: str, until: datetime) -> None:
        """No time passes in a district before that moment: the engine failed at it."""
        self._resting[district] = until

    async def save(self, at: datetime, *, every: int = SNAPSHOT_EVERY) -> None:
        """Snapshot the districts that moved on by `every` positions or more; call only after a commit."""
        for district in self.held():
            book = self._states[district].book
            LIVE.labels(district).set(len(book.incidents))
            if book.position - self._saved[district] >= every:
                await self._ledger.save_snapshot(district, book.position, self._states[district].dump(), at=at)
                self._saved[district] = book.position
                settle_memory(self._states[district])

    def _goes_by_ours(self, state: State) -> bool:
        if state.book.params is self._params:
            return True
        same = state.book.params == self._params
        if same:
            # Equal tables of thousands of cells are compared once, not at each record.
            state.book.params = self._params
        return same

    def _step(self, one: Incoming, at: datetime) -> tuple[Entry, Outputs]:
        state = self._states[one.district]
        position = state.book.position + 1
        try:
            with STEP.time():
                state, outputs = self._step_of(state, JournalRecord(position, at, one.body))
        except Exception as cause:
            # Whatever it is, it is told of as what it is: who writes the page decides what becomes of the record.
            raise Faulty(one, cause) from cause
        self._states[one.district] = state
        for decision in outputs.decisions:
            DECISIONS.labels(decision.chosen).inc()
            _count_oddities(decision)
        return Entry(position, at, one), outputs


def _count_oddities(decision: Decision) -> None:
    for constraint in decision.constraints:
        name, _, what = constraint.partition(":")
        if name == "odd":
            MENDED.labels(what).inc()
        elif name == "storm":
            STORMS.inc()
