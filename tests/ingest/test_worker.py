import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from contracts.cameras import Bureau, Camera, CameraHealth, CameraStatus, Legal
from contracts.errors import CameraFault, CameraUnavailable
from contracts.frames import Frame
from contracts.geo import GeoPoint
from ingest.cadence import Mode
from ingest.latest import LatestFrame
from ingest.link import Link
from ingest.modes import Needs, Signs
from ingest.worker import Watch, watch_camera
from tests.ingest.watching import eventually

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
DOWN = CameraUnavailable(CameraFault.REFUSED, "cam:554")


def a_camera(**changed: object) -> Camera:
    legal = Legal(purpose="test", sign_installed=True, filing_no="1")
    place = GeoPoint(lat=34.3, lon=118.0)
    fields: dict[str, object] = {"camera_id": "c1", "name": "plaza", "bureau": Bureau.TRAFFIC, "url": "rtsp://main"}
    fields |= {"sub_url": "rtsp://sub", "place": place, "district": "d", "legal": legal}
    return Camera.model_validate(fields | changed)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class ScriptedCamera:
    """Plays one step per connection: an error to raise, or seconds of pictures until the connection ends."""

    def __init__(self, clock: Clock, *script: CameraUnavailable | float | Callable[[Link], None]) -> None:
        self._clock, self._script = clock, list(script)
        self.urls: list[str] = []
        self.threads: set[str] = set()

    def __call__(self, link: Link) -> None:
        self.urls.append(link.url)
        self.threads.add(threading.current_thread().name)
        if not self._script:
            link.stopping.wait()
            return
        step = self._script.pop(0)
        if isinstance(step, CameraUnavailable):
            raise step
        if callable(step):
            return step(link)
        deliver(link, self._clock)
        self._clock.now += timedelta(seconds=step)
        raise CameraUnavailable(CameraFault.ENDED)


def deliver(link: Link, clock: Callable[[], datetime]) -> None:
    link.counters.delivered += 1
    link.deliver(Frame(link.camera_id, np.zeros((2, 2, 3), np.uint8), clock(), True))


async def watched(camera: ScriptedCamera, clock: Clock, *, until_waits: int, mode: Mode = "keyframes") -> list[float]:
    """Watch until the worker has waited so often; returns the waits."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock.now += timedelta(seconds=seconds)
        if len(waits) == until_waits:
            raise asyncio.CancelledError

    statuses: list[CameraStatus] = []
    with pytest.raises(asyncio.CancelledError):
        await watch_camera(
            a_camera(), latest=LatestFrame(), needs=Needs(mode), signs=Signs, on_status=statuses.append, clock=clock,
            open_decoder=camera, sleep=sleep, chance=lambda: 1.0 - 1e-9,
        )  # fmt: skip
    return [round(wait, 2) for wait in waits]


async def test_it_waits_longer_after_each_failure() -> None:
    clock = Clock()
    assert await watched(ScriptedCamera(clock, DOWN, DOWN, DOWN, DOWN), clock, until_waits=4) == [1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize(
    ("lived_s", "waits"),
    [(119.0, [1.0, 2.0, 4.0, 8.0]), (120.0, [1.0, 2.0, 1.0, 2.0])],
    ids=["a short life forgives nothing", "minutes of health forgive"],
)
async def test_failures_are_forgiven_only_after_minutes_of_health(lived_s: float, waits: list[float]) -> None:
    clock = Clock()
    assert await watched(ScriptedCamera(clock, DOWN, DOWN, lived_s, DOWN), clock, until_waits=4) == waits


async def test_each_connection_has_a_thread_named_after_its_camera() -> None:
    clock = Clock()
    camera = ScriptedCamera(clock, DOWN, DOWN)
    await watched(camera, clock, until_waits=2)
    assert camera.threads == {"camera:c1"}


@pytest.mark.parametrize(
    ("mode", "url"), [("keyframes", "rtsp://main"), ("full", "rtsp://main"), ("sub", "rtsp://sub")]
)
async def test_the_mode_chooses_the_stream(mode: Mode, url: str) -> None:
    clock = Clock()
    camera = ScriptedCamera(clock, DOWN)
    await watched(camera, clock, until_waits=1, mode=mode)
    assert camera.urls == [url]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_bug_in_the_decoder_is_not_an_outage() -> None:
    clock = Clock()

    def bug(link: Link) -> None:
        raise ZeroDivisionError

    with pytest.raises(BaseExceptionGroup) as raised:
        await watched_until_end(ScriptedCamera(clock, bug), clock)
    assert raised.value.subgroup(ZeroDivisionError) is not None
    for thread in threading.enumerate():  # its last words are this test's, not the next one's
        if thread.name == "camera:c1":
            thread.join(2)


async def watched_until_end(camera: ScriptedCamera, clock: Clock) -> None:
    await watch_camera(
        a_camera(), latest=LatestFrame(), needs=Needs(), signs=Signs, on_status=lambda status: None, clock=clock,
        open_decoder=camera,
    )  # fmt: skip


async def test_a_camera_that_hangs_does_not_hold_up_a_stop_for_longer_than_the_grace() -> None:
    release = threading.Event()
    clock = Clock()
    camera = ScriptedCamera(clock, lambda link: bool(release.wait(10)) and None)
    task = asyncio.get_running_loop().create_task(watched_until_end(camera, clock))
    await _until(lambda: len(camera.urls) == 1)
    began = asyncio.get_running_loop().time()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asyncio.get_running_loop().time() - began < 2.0
    release.set()


def watch(statuses: list[CameraStatus], clock: Clock, needs: Needs, **camera: object) -> Watch:
    return Watch(
        a_camera(**camera), latest=LatestFrame(), needs=needs, signs=Signs, on_status=statuses.append, clock=clock
    )


def test_a_status_is_told_at_each_change_and_every_five_seconds() -> None:
    statuses: list[CameraStatus] = []
    clock = Clock()
    watched = watch(statuses, clock, Needs())
    link = watched.new_link(8.0, 960)
    for second in range(0, 12):
        clock.now = NOON + timedelta(seconds=second)
        if second >= 2:
            deliver(link, clock)
        watched.pulse()
    assert [(status.at - NOON).total_seconds() for status in statuses] == [0, 2, 7]
    assert [status.health for status in statuses] == [CameraHealth.STARTING, CameraHealth.ONLINE, CameraHealth.ONLINE]


def test_an_outage_is_told_in_words_and_offline_follows_by_age() -> None:
    statuses: list[CameraStatus] = []
    clock = Clock()
    watched = watch(statuses, clock, Needs())
    deliver(watched.new_link(8.0, 960), clock)
    watched.pulse()
    watched.failed(DOWN)
    for second in range(1, 11):
        clock.now = NOON + timedelta(seconds=second)
        watched.pulse()
    told = [status.health for status in statuses]
    assert told == [CameraHealth.ONLINE, CameraHealth.ONLINE, CameraHealth.STALE, CameraHealth.OFFLINE]
    assert statuses[1].fault is CameraFault.REFUSED
    assert statuses[1].why_en.endswith("(cam:554)")
    assert "RTSP" in statuses[1].why_zh


def test_a_hub_that_was_starved_for_a_minute_does_not_call_its_cameras_offline() -> None:
    statuses: list[CameraStatus] = []
    clock = Clock()
    watched = watch(statuses, clock, Needs())
    deliver(watched.new_link(8.0, 960), clock)
    for second in (0, 60, 61, 62):
        clock.now = NOON + timedelta(seconds=second)
        watched.pulse()
    assert {status.health for status in statuses} == {CameraHealth.ONLINE}


def test_how_long_a_camera_was_away_is_told_when_it_is_back() -> None:
    statuses: list[CameraStatus] = []
    clock = Clock()
    watched = watch(statuses, clock, Needs())
    deliver(watched.new_link(8.0, 960), clock)
    for second in (0, 3, 6):
        clock.now = NOON + timedelta(seconds=second)
        watched.pulse()
        watched.failed(DOWN)
    clock.now = NOON + timedelta(seconds=9)
    deliver(watched.new_link(8.0, 960), clock)
    watched.pulse()
    assert (statuses[-1].counters["last_outage_s"], statuses[-1].counters["reconnects"]) == (9, 1)


def test_pictures_that_nobody_looks_at_are_no_longer_wanted_so_close_together() -> None:
    clock, latest = Clock(), LatestFrame()
    watched = Watch(a_camera(), latest=latest, needs=Needs("full"), signs=Signs, on_status=lambda _: None, clock=clock)
    link = watched.new_link(8.0, 960)
    for tenth in range(200):
        clock.now = NOON + timedelta(seconds=tenth / 10)
        deliver(link, clock)
        if tenth % 10 == 0:
            latest.take()
        watched.pulse()
    assert link.spacing_s == pytest.approx(0.9, abs=0.15)


def test_a_camera_without_a_sub_stream_is_decoded_in_full_instead() -> None:
    clock = Clock()
    link = watch([], clock, Needs("sub"), sub_url=None).new_link(8.0, 960)
    assert (link.url, link.mode, link.max_width) == ("rtsp://main", "full", 960)


def test_a_smart_codec_is_watched_by_its_sub_stream_for_a_while_and_the_status_says_so() -> None:
    statuses: list[CameraStatus] = []
    clock = Clock()
    watched = watch(statuses, clock, Needs())
    first = watched.new_link(8.0, 960)
    first.facts.fallback = True
    watched.pulse()
    assert first.stopping.is_set()
    second = watched.new_link(8.0, 960)
    assert (second.url, second.mode) == ("rtsp://sub", "sub")
    deliver(second, clock)
    watched.pulse()
    assert "smart codec" in statuses[-1].why_en
    clock.now = NOON + timedelta(minutes=10)
    watched.pulse()
    assert second.stopping.is_set()
    assert watched.new_link(8.0, 960).url == "rtsp://main"


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        await eventually(holds)
