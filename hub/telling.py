"""Observations on their way out: pictures to the evidence store first, then the signal to the outbox."""

import asyncio
import logging
from collections.abc import Mapping

from prometheus_client import Counter, Gauge

from contracts.bus import Record
from contracts.errors import Outage
from contracts.evidence import EvidenceStore
from contracts.outbox import Outbox, Pending
from contracts.signals import Observation, identity_of
from contracts.topics import SIGNALS, partition_of
from contracts.wire import encode
from detectors.outgoing import Outbasket, Outgoing
from detectors.watching import Picture, Report
from hub.waiting import until_up

log = logging.getLogger(__name__)

TOLD = Counter("hub_vision_observations_total", "observations stored in the outbox", ["rule", "camera_id"])
WAITING = Gauge("hub_vision_observations_waiting", "happenings whose newest update is not yet stored")
REPLACED = Gauge("hub_vision_updates_replaced", "updates that a newer one took the place of while storage was away")
DROPPED = Gauge("hub_vision_observations_dropped", "happenings lost because storage was away too long")
PICTURES_LOST = Counter("hub_vision_pictures_lost_total", "snapshots that the evidence store did not take")


def record_of(observation: Observation, partitions: Mapping[str, int]) -> Pending:
    """The signal as it goes through the outbox to Kafka."""
    value = encode(
        observation,
        event_id=f"{observation.signal_id}:{observation.update}",
        source=f"/cameras/{observation.camera_id}",
        event_type=SIGNALS.event_type,
        time=observation.observed_at,
        subject=observation.camera_id,
    )
    partition = partition_of(observation.district, dict(partitions))
    record = Record(SIGNALS, observation.district, value, partition)
    return Pending(identity_of(observation), record, camera_id=observation.camera_id)


class Teller:
    """Takes reports at once, stores them as soon as storage answers; never holds up the detectors."""

    def __init__(self, store: EvidenceStore, outbox: Outbox, partitions: Mapping[str, int]) -> None:
        self._store, self._outbox, self._partitions = store, outbox, partitions
        self._basket = Outbasket()
        self._pictures: dict[str, Picture] = {}
        """last picture per camera, the newest wins"""
        self._told = asyncio.Event()
        self._pictured = asyncio.Event()
        self._empty = asyncio.Event()
        self.counts: dict[str, int] = {}
        """observations stored, by camera"""

    @property
    def waiting(self) -> int:
        """Happenings whose newest update is not stored."""
        return len(self._basket)

    def report(self, report: Report) -> None:
        """Leave an observation; on the event loop, does not block."""
        self._basket.put(report)
        self._measure()
        self._told.set()

    def last_picture(self, picture: Picture) -> None:
        """Leave a camera's newest picture; one that was not written yet is replaced."""
        self._pictures[picture.ref] = picture
        self._pictured.set()

    async def store_reports(self) -> None:
        """Store what is reported, for ever; waits out the database and always stores the newest update."""
        while True:
            await self._told.wait()
            self._told.clear()
            while len(self._basket):
                await until_up("the outbox's database", self._store_some)

    async def store_pictures(self) -> None:
        """Write each camera's last picture, for ever; waits out the disk."""
        while True:
            await self._pictured.wait()
            self._pictured.clear()
            await until_up("the evidence store", self._write_pictures)

    async def emptied(self, *, within_s: float) -> None:
        """Until all that was reported is stored, or the time is over; `store_reports` runs beside it."""
        try:
            async with asyncio.timeout(within_s):
                while len(self._basket):
                    self._empty.clear()
                    await self._empty.wait()
        except TimeoutError:
            log.warning("%d observations were not stored before the end", len(self._basket))

    async def _store_some(self) -> None:
        batch = self._basket.peek()
        observations = [await self._with_pictures(outgoing) for outgoing in batch]
        await self._outbox.put([record_of(observation, self._partitions) for observation in observations])
        self._basket.done(batch)
        self._empty.set()
        for observation in observations:
            TOLD.labels(observation.event_type, observation.camera_id).inc()
            self.counts[observation.camera_id] = self.counts.get(observation.camera_id, 0) + 1
        self._measure()

    async def _with_pictures(self, outgoing: Outgoing) -> Observation:
        """The observation once its pictures lie in the store; without those that the store did not take."""
        lost: set[str] = set()
        for picture in outgoing.pictures:
            try:
                await self._store.put(picture.ref, picture.data)
            except Outage as outage:
                log.warning("a snapshot is lost: %s", outage)
                PICTURES_LOST.inc()
                lost.add(picture.ref)
        if not lost:
            return outgoing.observation
        kept = tuple(proof for proof in outgoing.observation.evidence if proof.ref not in lost)
        return outgoing.observation.model_copy(update={"evidence": kept})

    async def _write_pictures(self) -> None:
        for ref, picture in list(self._pictures.items()):
            await self._store.put(ref, picture.data)
            if self._pictures.get(ref) is picture:
                del self._pictures[ref]

    def _measure(self) -> None:
        WAITING.set(len(self._basket))
        REPLACED.set(self._basket.replaced)
        DROPPED.set(self._basket.dropped)
