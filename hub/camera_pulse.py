"""What the cameras' workers say of their health: told to the wall, and judged by the rule `camera_offline`."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from prometheus_client import Gauge

from contracts.bus import Publisher, Record
from contracts.cameras import Camera, CameraHealth, CameraStatus, Defect, PictureDefect, Rule
from contracts.topics import CAMERA_STATUS
from contracts.wire import encode
from detectors.evidence import last_ref
from detectors.observations import Storyteller
from detectors.quality.words import say
from detectors.rules import camera_offline
from detectors.rules.defaults import CAMERA_OFFLINE, thresholds_of
from detectors.rules.happening import Happening
from detectors.watching import Report
from hub import clock
from hub.waiting import until_up

log = logging.getLogger(__name__)

ONLINE = Gauge("hub_camera_online", "1: the camera gives healthy pictures", ["camera_id"])
LOST = Gauge("hub_camera_pictures_lost", "pictures replaced by a newer one before anybody looked", ["camera_id"])
RECONNECTS = Gauge("hub_camera_reconnects", "connections after the first", ["camera_id"])
COUNTS = Gauge("hub_camera_count", "every counter of the camera's status, by its name there", ["camera_id", "counter"])


class CameraPulse:
    """The newest status of every camera. On the event loop."""

    def __init__(
        self,
        *,
        publisher: Publisher,
        report: Callable[[Report], None],
        told: Callable[[str], int],
        exercise: bool,
        epoch_of: Callable[[str], int] = lambda camera_id: 0,
        live_at: Callable[[], str] = str,
        on_status: Callable[[CameraStatus], None] = lambda status: None,
        clock: Callable[[], datetime] = clock.now,
    ) -> None:
        """`report` takes an observation; `told` is how many observations of a camera were stored; `on_status` hears
        every status as it is told; `live_at` is where consoles fetch live pictures.
        """
        self._on_status, self._clock = on_status, clock
        self._defects: dict[str, tuple[PictureDefect, ...]] = {}
        self._epoch_of, self._live_at = epoch_of, live_at
        self._publisher, self._report, self._told, self._exercise = publisher, report, told, exercise
        self._newest: dict[str, CameraStatus] = {}
        self._untold: dict[str, CameraStatus] = {}
        self._changed = asyncio.Event()
        self._rule = Rule(rule=CAMERA_OFFLINE)
        self._thresholds = thresholds_of(self._rule)
        self._states: dict[str, Happening] = {}
        self._stories: dict[str, Storyteller] = {}
        self._analysed: dict[str, int] = {}

    def add(self, camera: Camera) -> None:
        """A camera whose worker will be heard; nothing is known of it yet."""
        camera_id = camera.camera_id
        self._states[camera_id] = camera_offline.START
        self._stories[camera_id] = Storyteller(camera, self._rule, ground=None, model="", exercise=self._exercise)

    def remove(self, camera_id: str) -> None:
        """A camera that this worker no longer holds: what another says of it must not be spoken over."""
        known: tuple[dict[str, Any], ...] = (
            self._newest, self._untold, self._states, self._stories, self._analysed, self._defects,
        )  # fmt: skip
        for by_camera in known:
            by_camera.pop(camera_id, None)
        for gauge in (ONLINE, LOST, RECONNECTS):
            with contextlib.suppress(KeyError):
                gauge.remove(camera_id)
        COUNTS.remove_by_labels({"camera_id": camera_id})

    def looked_at(self, camera_id: str, analysed: bool, defects: tuple[PictureDefect, ...] = ()) -> None:
        """A picture of it went through the model, or was only shown; what is wrong with it is told when it changes."""
        self._analysed[camera_id] = self._analysed.get(camera_id, 0) + analysed
        before = self._defects.get(camera_id, ())
        self._defects[camera_id] = defects
        newest = self._newest.get(camera_id)
        if newest is not None and {one.defect for one in before} != {one.defect for one in defects}:
            self.heard(newest.model_copy(update={"at": max(newest.at, self._clock())}))

    @property
    def online(self) -> int:
        """How many cameras give healthy pictures."""
        return sum(status.health is CameraHealth.ONLINE for status in self._newest.values())

    def is_tracked(self, camera_id: str) -> bool:
        """Whether the camera's pictures come fast enough for tracks now. From any thread."""
        status = self._newest.get(camera_id)
        return status is not None and status.mode != "keyframes"

    def heard(self, status: CameraStatus) -> None:
        """A worker's status: at each change and every few seconds."""
        camera_id = status.camera_id
        counters = status.counters | {
            "analysed": self._analysed.get(camera_id, 0),
            "observations": self._told(camera_id),
        }
        picture = last_ref(camera_id) if status.last_frame_at else None
        status = status.model_copy(update={
            "counters": counters, "last_picture": picture, "epoch": self._epoch_of(camera_id),
            "live_at": self._live_at(),
            "defects": defects_of(status, self._defects.get(camera_id, ())),
        })  # fmt: skip
        self._newest[camera_id] = self._untold[camera_id] = status
        self._changed.set()
        ONLINE.labels(camera_id).set(status.health is CameraHealth.ONLINE)
        LOST.labels(camera_id).set(counters.get("lost", 0))
        RECONNECTS.labels(camera_id).set(counters.get("reconnects", 0))
        for name, count in counters.items():
            COUNTS.labels(camera_id, name).set(count)
        self._judge(camera_id, status.health, status.at)
        self._on_status(status)

    def _judge(self, camera_id: str, health: CameraHealth, now: datetime) -> None:
        self._states[camera_id], intent = camera_offline.step(
            self._states[camera_id], health, now, thresholds=self._thresholds
        )
        if intent is not None:
            self._report(Report(self._stories[camera_id].tell(intent, now=now)))

    async def publish(self) -> None:
        """Tell the bus, for ever; while it is away only the newest status of each camera is kept."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            await until_up("the broker for camera-status", self._publish_untold)

    async def _publish_untold(self) -> None:
        untold = dict(self._untold)
        await self._publisher.publish([_record(status) for status in untold.values()])
        for camera_id, status in untold.items():
            if self._untold.get(camera_id) is status:
                del self._untold[camera_id]


def defects_of(status: CameraStatus, seen: tuple[PictureDefect, ...]) -> tuple[PictureDefect, ...]:
    """What is wrong with the picture by its diagnosis; where none comes, that and nothing else."""
    match status.health:
        case CameraHealth.ONLINE:
            return seen
        case CameraHealth.STARTING:
            return ()
        case _:
            zh, en = say(Defect.NO_STREAM, 0.0)
            why = (status.why_zh or zh, status.why_en or en)
            return (PictureDefect(defect=Defect.NO_STREAM, since=status.since, zh=why[0], en=why[1]),)


def _record(status: CameraStatus) -> Record:
    value = encode(
        status,
        event_id=f"{status.camera_id}:{status.at.isoformat()}",
        source=f"/cameras/{status.camera_id}",
        event_type=CAMERA_STATUS.event_type,
        time=status.at,
        subject=status.camera_id,
    )
    return Record(CAMERA_STATUS, status.camera_id, value)
