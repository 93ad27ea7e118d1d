"""Between rules and outbox: each happening gets a clip, told by one more update of its signal once it is stored."""

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from prometheus_client import Counter

from contracts.cameras import Camera
from contracts.errors import Outage
from contracts.evidence import EvidenceStore
from contracts.signals import Evidence, Observation
from detectors.evidence import snapshot_ref
from detectors.watching import Report
from hub.clips.cutting import cut
from hub.packets.ring import PacketRing

log = logging.getLogger(__name__)

CLIPS = Counter("hub_vision_clips_total", "evidence clips stored")
CLIPS_LOST = Counter("hub_vision_clips_lost_total", "clips that were not made or not stored", ["why"])

BEFORE, AFTER, LONGEST = timedelta(seconds=5), timedelta(seconds=20), timedelta(seconds=90)
LATE = timedelta(seconds=1)
"""the last packets may still be on their way"""
MOST_STORIES = 5_000
POLL_S = 0.5


@dataclass(slots=True)
class _Story:
    """What was told of one happening, and the numbers that clips took."""

    told: Observation
    more: int = 0
    """updates that were ours: later ones of the rule are numbered after them"""
    clip: Evidence | None = None
    tried: bool = False


@dataclass(frozen=True, slots=True)
class _Source:
    camera: Camera
    ring: PacketRing


@dataclass(slots=True)
class _Take:
    """A clip that is still being filmed."""

    source: _Source
    moment: datetime
    until: datetime

    @property
    def since(self) -> datetime:
        return self.moment - BEFORE


class ClipKeeper:
    """On the event loop; cutting and masking happen in one thread of its own.

    An update of a happening makes its clip longer, up to `LONGEST`; no happening has two clips. A clip that cannot be
    stored is counted and logged, and holds up neither signals nor detection.
    """

    def __init__(self, store: EvidenceStore, *, tell: Callable[[Report], None], clock: Callable[[], datetime]) -> None:
        """`tell` passes reports on."""
        self._store, self._tell, self._clock = store, tell, clock
        self._sources: dict[str, _Source] = {}
        self._stories: OrderedDict[str, _Story] = OrderedDict()
        self._takes: dict[str, _Take] = {}
        self._own_thread = ThreadPoolExecutor(1, thread_name_prefix="clips")

    def add(self, camera: Camera, ring: PacketRing) -> None:
        """A camera whose packets are kept in `ring`."""
        self._sources[camera.camera_id] = _Source(camera, ring)

    def remove(self, camera_id: str) -> None:
        """A camera that is no longer held: its clips end with what came of it."""
        source = self._sources.pop(camera_id, None)
        for take in self._takes.values():
            if take.source is source:
                take.until = min(take.until, self._clock())

    def report(self, report: Report) -> None:
        """What a rule says: passed on at once, and filmed from here."""
        signal_id = report.observation.signal_id
        story = self._stories.get(signal_id) or _Story(report.observation)
        story.told = _numbered(report.observation, story)
        self._remember(signal_id, story)
        self._tell(replace(report, observation=story.told))
        if report.snapshot is not None:
            self._film(signal_id, story, _moment(report))
        elif story.told.ended_at is not None and signal_id not in self._takes:
            self._stories.pop(signal_id, None)

    async def run(self) -> None:
        """Cut and store what has been filmed, until cancelled."""
        while True:
            now = self._clock()
            for signal_id in [id for id, take in self._takes.items() if now >= take.until + LATE]:
                await self._finish(signal_id)
            await asyncio.sleep(POLL_S)

    async def finish(self, within_s: float) -> None:
        """End every clip with what has come, before the process leaves; what takes longer is lost. Not beside `run`."""
        for take in self._takes.values():
            take.until = min(take.until, self._clock())
        try:
            async with asyncio.timeout(within_s):
                for signal_id in list(self._takes):
                    await self._finish(signal_id)
        except TimeoutError:
            CLIPS_LOST.labels("stopped").inc(len(self._takes))
            log.warning("%d clips are lost: there was no time to finish them", len(self._takes))
        self._own_thread.shutdown(wait=False, cancel_futures=True)

    def _remember(self, signal_id: str, story: _Story) -> None:
        self._stories[signal_id] = story
        self._stories.move_to_end(signal_id)
        while len(self._stories) > MOST_STORIES:
            self._stories.popitem(last=False)

    def _film(self, signal_id: str, story: _Story, moment: datetime) -> None:
        take = self._takes.get(signal_id)
        if take is not None:
            take.until = min(max(take.until, moment + AFTER), take.moment + LONGEST)
            return
        source = self._sources.get(story.told.camera_id)
        if story.tried or source is None:
            return
        story.tried = True
        take = self._takes[signal_id] = _Take(source, moment, moment + AFTER)
        source.ring.hold(signal_id, take.since)

    async def _finish(self, signal_id: str) -> None:
        take = self._takes[signal_id]
        source = take.source
        packets = source.ring.slice(take.since, take.until)
        film = await asyncio.get_running_loop().run_in_executor(
            self._own_thread, cut, packets, source.camera.masks, take.moment
        )
        source.ring.hold(signal_id, None)  # only now: who is interrupted while it cuts finds the packets again
        self._takes.pop(signal_id, None)
        if film is None:
            CLIPS_LOST.labels("no packets").inc()
            log.info("no clip of %s: its camera sent nothing that can be kept", signal_id)
            return
        began = max(take.since, packets[0].arrived_at)
        ref = clip_ref(signal_id, take.moment)
        try:
            digest = await self._store.put(ref, film)
        except Outage as outage:
            CLIPS_LOST.labels("store").inc()
            log.warning("a clip is lost: %s", outage)
            return
        CLIPS.inc()
        self._attach(signal_id, Evidence(kind="clip", ref=ref, sha256=digest, at=began))

    def _attach(self, signal_id: str, clip: Evidence) -> None:
        """One more update of the signal that differs from the last in nothing but the clip."""
        story = self._stories.get(signal_id)
        if story is None:
            return
        story.more += 1
        story.clip = clip
        update = {
            "update": story.told.update + 1,
            "evidence": (*story.told.evidence, clip),
            "received_at": self._clock(),
        }
        story.told = story.told.model_copy(update=update)
        self._tell(Report(story.told))
        if story.told.ended_at is not None:
            self._stories.pop(signal_id, None)


def clip_ref(signal_id: str, moment: datetime) -> str:
    """`ev/YYYY/MM/DD/<signal id>.mp4`, beside its snapshots."""
    return re.sub(r"-0\.jpg$", ".mp4", snapshot_ref(signal_id, 0, moment))


def _numbered(observation: Observation, story: _Story) -> Observation:
    if not story.more:
        return observation
    evidence = (*observation.evidence, *([story.clip] if story.clip else ()))
    return observation.model_copy(update={"update": observation.update + story.more, "evidence": evidence})


def _moment(report: Report) -> datetime:
    assert report.snapshot is not None
    shown = [proof.at for proof in report.observation.evidence if proof.ref == report.snapshot.ref]
    return shown[0] if shown else report.observation.received_at
