"""The shell around the engine: records in from Kafka, one transaction a batch, then the offsets, then the telling.

A batch is whatever is there: nothing waits for more. Order of effects: decide in memory → one transaction in the
ledger → the offsets, once a second → the telling. Whatever breaks in between, the batch comes again, and what the
journal already holds is skipped: at least once in, exactly once in effect. A state that may differ from the journal
is dropped and read again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from prometheus_client import Counter, Gauge, Histogram

from contracts.bus import Bus, Delivery, Subscription
from contracts.errors import ConfigurationError, Outage, Unreadable
from contracts.topics import ACTIONS, SIGNALS, partition_of
from fusion.border import Border
from fusion.border_weighing import Side, Usual, Verdict, weigh_across
from fusion.engine import step
from fusion.journal import Incoming, read_action, read_signal, tick_record
from fusion.ledger import Fenced, Ledger
from fusion.ledger_border import BorderLedger
from fusion.ledger_rows import Page
from fusion.policy import Params
from fusion.set_aside import Faulty, Reject, SetAside
from fusion.shards import Shards, Step
from fusion.tables import Tables

log = logging.getLogger(__name__)

GROUP = "hub-fusion"
MOST_TOLD = 500
"""records published to Kafka at a time"""
MOST_UNCOMMITTED = 1_000
TELL_AT_MOST_EVERY_S = 0.1
"""the first change after a quiet time is told at once, later ones together"""
SAVE_TIMEOUT_S = 3.0
TICK_AGAIN_AFTER = timedelta(minutes=1)
"""where the engine failed at the passing of time"""

BATCH = Histogram("hub_fusion_batch_records", "records in one transaction", buckets=(1, 2, 5, 10, 50, 200, 1000))
LAG = Gauge("hub_fusion_lag_seconds", "from our edge to the ledger, newest signal of the last batch")
REPEATED = Counter("hub_fusion_repeated_total", "records that the journal held already")
FENCED = Counter("hub_fusion_fenced_total", "times another worker had written first")
OUTAGES = Counter("hub_fusion_outages_total", "times the broker or the database went away")

UNREADABLE = Counter("hub_fusion_params_unreadable_total", "looks at parameters in force that cannot be read")

Clock = Callable[[], datetime]
InForce = Callable[[], Awaitable[Params | None]]
"""the version of the parameters that a person put into force; None: none"""
Pause = Callable[[int], Awaitable[None]]
"""waits before another try, longer the more failed before"""


class FusionWorker:
    """Runs the districts of the partitions that it is assigned."""

    def __init__(
        self,
        bus: Bus,
        ledger: Ledger,
        reject: Reject,
        clock: Clock,
        pause: Pause,
        *,
        params: Params | None = None,
        partitions: Mapping[str, int] | None = None,
        look_every_s: float = 1.0,
        borders: BorderLedger | None = None,
        in_force: InForce | None = None,
        step: Step = step,
    ) -> None:
        self._bus, self._ledger, self._clock, self._pause = bus, ledger, clock, pause
        self._set_aside = SetAside(reject)
        self._partitions = dict(partitions or {})
        self._look_every_s, self._border = look_every_s, Border(borders, self._weigh, clock) if borders else None
        self._own, self._in_force = params or Params(), in_force
        self.shards = Shards(ledger, self._own, step)
        self._tables: Tables | None = None
        """for weighing across borders, made when first asked for"""
        self._lock = asyncio.Lock()
        self._to_tell = asyncio.Event()
        self._batches = 0
        self._uncommitted: list[Delivery] = []
        self.connected = False
        """whether broker and database answered last time (for /readyz)"""

    async def run(self) -> None:
        """For ever: a session after another, each until the broker or the database goes away."""
        failures = 0
        try:
            while True:
                before = self._batches
                try:
                    await self._session()
                except* Outage as outage:
                    self.connected = False
                    OUTAGES.inc()
                    log.warning("fusion waits: %s", "; ".join(str(one) for one in outage.exceptions))
                failures = 0 if self._batches > before else failures + 1
                self.shards.forget(self.shards.held())
                await self._pause(failures)
        finally:
            await self._save_before_leaving()

    async def take(self, batch: Sequence[Delivery]) -> None:
        """One batch, whole: read, decide, write. Fenced, it reads the districts again and decides again."""
        incoming = [one for delivery in batch if (one := await self._read(delivery)) is not None]
        async with self._lock:
            await self._write(incoming)
        self._batches += 1

    async def pass_time(self, now: datetime) -> None:
        """A tick for each district in which silence changes something by now."""
        async with self._lock:
            due = self.shards.due(now)
            if due:
                await self._write([tick_record(district, now) for district in due])
                self._batches += 1

    async def hold_assigned(self, subscription: Subscription) -> None:
        """Read the districts of our partitions into memory, and let go of those that others hold now."""
        assigned = subscription.assigned()
        async with self._lock:
            known = await self._ledger.districts()
            ours = {name for name in known if self._is_ours(name, assigned)}
            self.shards.forget(set(self.shards.held()) - ours)
            for district in sorted(ours):
                await self.shards.hold(district)

    async def go_by_version(self) -> None:
        """Take up the version that a person put into force; ours when none is, or when it cannot be read."""
        if self._in_force is None:
            return
        try:
            version = await self._in_force()
        except ConfigurationError as bad:
            UNREADABLE.inc()
            log.warning("the parameters in force cannot be used: %s", bad)
            return
        async with self._lock:
            self.shards.go_by(version or self._own)

    async def tell(self) -> int:
        """Publish what Kafka has not been told; how many records."""
        async with self._ledger.untold(MOST_TOLD) as records:
            if records:
                await self._bus.publish(records)
            return len(records)

    def _weigh(self, usual: Usual, one: Side, other: Side) -> Verdict | None:
        if self._tables is None or self._tables.params is not self.shards.params:
            self._tables = Tables(self.shards.params)
        return weigh_across(self._tables, usual, one, other)

    async def _session(self) -> None:
        self._uncommitted.clear()
        await self.go_by_version()
        async with self._bus.subscribe([SIGNALS, ACTIONS], group=GROUP) as subscription, asyncio.TaskGroup() as tasks:
            tasks.create_task(self._consume(subscription), name="fusion: records in")
            tasks.create_task(self._keep_time(subscription), name="fusion: silence")
            tasks.create_task(self._keep_telling(), name="fusion: incidents out")
            if self._border is not None:
                tasks.create_task(self._border.watch(), name="fusion: borders")

    async def _consume(self, subscription: Subscription) -> None:
        async for batch in subscription.batches():
            await self.take(batch)
            self._uncommitted += batch
            if len(self._uncommitted) >= MOST_UNCOMMITTED:
                await self._commit(subscription)
            self.connected = True

    async def _commit(self, subscription: Subscription) -> None:
        """The offsets follow the ledger within a second: what comes again meanwhile, the journal knows."""
        done, self._uncommitted = self._uncommitted, []
        if done:
            await subscription.commit(done)

    async def _keep_time(self, subscription: Subscription) -> None:
        held: frozenset[tuple[str, int]] | None = None
        while True:
            assigned = subscription.assigned()
            if assigned != held:
                await self.hold_assigned(subscription)
                held = assigned
                self.connected = True
            await self.go_by_version()
            await self.pass_time(self._clock())
            await self._commit(subscription)
            await asyncio.sleep(self._look_every_s)

    async def _keep_telling(self) -> None:
        while True:
            self._to_tell.clear()
            if await self.tell() == MOST_TOLD:
                continue
            await asyncio.sleep(TELL_AT_MOST_EVERY_S)
            try:
                async with asyncio.timeout(10 * self._look_every_s):
                    await self._to_tell.wait()
            except TimeoutError:
                continue

    async def _read(self, delivery: Delivery) -> Incoming | None:
        try:
            return read_signal(delivery.value) if delivery.topic == SIGNALS.name else read_action(delivery.value)
        except Unreadable as bad:
            await self._set_aside.unreadable(delivery, bad)
            return None

    async def _write(self, incoming: Sequence[Incoming]) -> None:
        """Until it is written, or the database is away. Whatever fails, no state stays ahead of the journal."""
        if not incoming:
            return
        failures, aside = 0, set[str]()
        while True:
            try:
                await self._write_once(incoming, aside)
                return
            except Faulty as fault:
                self.shards.forget({one.district for one in incoming})
                await self._set_aside.faulty(fault)
                aside.add(fault.incoming.identity)
                if fault.incoming.record_type == "tick":
                    self.shards.rest(fault.incoming.district, self._clock() + TICK_AGAIN_AFTER)
            except Fenced as fenced:
                FENCED.inc()
                log.warning("%s: reading the districts again", fenced)
                self.shards.forget({one.district for one in incoming})
                failures += 1
                await self._pause(failures)
            except BaseException:
                self.shards.forget({one.district for one in incoming})
                raise

    async def _write_once(self, incoming: Sequence[Incoming], aside: Collection[str]) -> None:
        """`aside`: the identities of those that are passed over."""
        now = self._clock()
        fresh = [one for one in await self._fresh(incoming) if one.identity not in aside]
        for district in dict.fromkeys(one.district for one in incoming):
            await self.shards.hold(district)
        taken = self.shards.take(fresh, now)
        await self._ledger.write(Page(taken, [one.identity for one in incoming], self._partitions), at=now)
        if taken:
            self._set_aside.went_well()
        BATCH.observe(len(incoming))
        self._note_lag(incoming, now)
        await self.shards.save(now)
        self._to_tell.set()

    async def _fresh(self, incoming: Sequence[Incoming]) -> list[Incoming]:
        seen = await self._ledger.known(incoming)
        fresh: list[Incoming] = []
        for one in incoming:
            key = (one.district, one.identity)
            if key in seen:
                REPEATED.inc()
                continue
            seen.add(key)
            fresh.append(one)
        return fresh

    def _note_lag(self, incoming: Sequence[Incoming], now: datetime) -> None:
        received = [one.body.received_at for one in incoming if one.record_type == "signal"]  # type: ignore[union-attr]
        if received:
            LAG.set((now - max(received)).total_seconds())

    def _is_ours(self, district: str, assigned: frozenset[tuple[str, int]]) -> bool:
        return (SIGNALS.name, partition_of(district, self._partitions)) in assigned

    async def _save_before_leaving(self) -> None:
        try:
            async with asyncio.timeout(SAVE_TIMEOUT_S), self._lock:
                await self.shards.save(self._clock(), every=1)
        except (Outage, TimeoutError) as away:
            log.warning("no snapshot before leaving, the journal will be replayed: %s", away)
