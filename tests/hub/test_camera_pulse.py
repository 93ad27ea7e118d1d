import asyncio
from collections.abc import Sequence

import pytest
from prometheus_client import REGISTRY
from pydantic import TypeAdapter

from contracts.bus import Record
from contracts.cameras import CameraHealth, CameraStatus, Defect, PictureDefect
from contracts.errors import BrokerUnavailable
from contracts.wire import decode
from detectors.watching import Report
from hub.camera_pulse import CameraPulse, defects_of
from tests.detectors.scenes import CAMERA_ID, at, camera

STATUS: TypeAdapter[CameraStatus] = TypeAdapter(CameraStatus)


class Broker:
    """A publisher that is away for the first tries."""

    def __init__(self, away: int = 0) -> None:
        self.away, self.records, self.tried = away, list[Record](), asyncio.Event()

    async def publish(self, records: Sequence[Record]) -> None:
        self.tried.set()
        if self.away:
            self.away -= 1
            raise BrokerUnavailable("away")
        self.records += records


def status(seconds: float, health: CameraHealth, **more: object) -> CameraStatus:
    return CameraStatus(camera_id=CAMERA_ID, health=health, at=at(seconds), since=at(0)).model_copy(update=more)


def pulse_of(broker: Broker, reports: list[Report]) -> CameraPulse:
    pulse = CameraPulse(publisher=broker, report=reports.append, told=lambda _: 3, exercise=True)
    pulse.add(camera())
    return pulse


async def published(pulse: CameraPulse, broker: Broker) -> list[CameraStatus]:
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(pulse.publish(), name="publish")
        while not broker.records:
            broker.tried.clear()
            await broker.tried.wait()
        running.cancel()
    return [decode(record.value, STATUS) for record in broker.records]


async def test_a_status_is_told_with_what_detection_knows() -> None:
    broker = Broker()
    pulse = pulse_of(broker, [])
    for _ in range(12):
        pulse.looked_at(CAMERA_ID, analysed=True)
    pulse.looked_at(CAMERA_ID, analysed=False)
    pulse.heard(status(1, CameraHealth.ONLINE, last_frame_at=at(1), counters={"packets": 40}))
    [told] = await published(pulse, broker)
    assert told.counters == {"packets": 40, "analysed": 12, "observations": 3}
    assert told.last_picture == f"last/{CAMERA_ID}.jpg"
    assert (broker.records[0].topic.name, broker.records[0].key) == ("camera-status", CAMERA_ID)
    assert pulse.online == 1


async def test_while_the_broker_is_away_only_the_newest_status_is_kept() -> None:
    broker = Broker(away=1)
    pulse = pulse_of(broker, [])
    for seconds in range(5):
        pulse.heard(status(seconds, CameraHealth.STARTING))
    assert [told.at for told in await published(pulse, broker)] == [at(4)]


def test_a_camera_away_for_long_becomes_an_observation_and_its_return_the_end_of_it() -> None:
    reports: list[Report] = []
    pulse = pulse_of(Broker(), reports)
    for seconds in (0, 15, 30):
        pulse.heard(status(seconds, CameraHealth.OFFLINE))
    for seconds in (60, 65):
        pulse.heard(status(seconds, CameraHealth.ONLINE))
    told = [report.observation for report in reports]
    assert [(o.event_type, o.update, o.ended_at) for o in told] == [
        ("camera_offline", 0, None), ("camera_offline", 1, at(60)),
    ]  # fmt: skip
    assert told[0].exercise
    assert told[0].evidence == ()


def test_a_camera_is_tracked_when_its_pictures_come_fast() -> None:
    pulse = pulse_of(Broker(), [])
    assert not pulse.is_tracked(CAMERA_ID)
    pulse.heard(status(0, CameraHealth.ONLINE, mode="sub"))
    assert pulse.is_tracked(CAMERA_ID)
    pulse.heard(status(1, CameraHealth.ONLINE, mode="keyframes"))
    assert not pulse.is_tracked(CAMERA_ID)


async def test_every_counter_is_a_metric_until_the_camera_goes() -> None:
    pulse = pulse_of(Broker(), [])
    pulse.heard(status(0, CameraHealth.ONLINE, counters={"gated": 7}))
    assert REGISTRY.get_sample_value("hub_camera_count", {"camera_id": CAMERA_ID, "counter": "gated"}) == 7
    pulse.remove(CAMERA_ID)
    assert REGISTRY.get_sample_value("hub_camera_count", {"camera_id": CAMERA_ID, "counter": "gated"}) is None


async def test_nothing_more_is_told_of_a_camera_that_went() -> None:
    broker = Broker()
    pulse = pulse_of(broker, [])
    pulse.add(camera().model_copy(update={"camera_id": "other"}))
    pulse.heard(status(0, CameraHealth.ONLINE))
    pulse.heard(status(0, CameraHealth.ONLINE, camera_id="other"))
    pulse.remove(CAMERA_ID)
    assert [told.camera_id for told in await published(pulse, broker)] == ["other"]
    assert pulse.online == 1
    pulse.add(camera())
    pulse.heard(status(5, CameraHealth.STARTING))
    assert (await published(pulse, broker))[-1].counters == {"analysed": 0, "observations": 3}


BLUR = PictureDefect(defect=Defect.BLURRED, since=at(2), zh="画面模糊", en="Blurred")


def test_what_is_wrong_with_the_picture_is_told_when_it_changes_and_logged() -> None:
    told: list[CameraStatus] = []
    pulse = CameraPulse(
        publisher=Broker(), report=lambda report: None, told=lambda _: 0, exercise=False, on_status=told.append,
        clock=lambda: at(9),
    )  # fmt: skip
    pulse.add(camera())
    pulse.heard(status(1, CameraHealth.ONLINE))
    for defects in ((), (BLUR,), (BLUR,), ()):
        pulse.looked_at(CAMERA_ID, analysed=False, defects=defects)
    assert [(one.at, one.defects) for one in told] == [(at(1), ()), (at(9), (BLUR,)), (at(9), ())]


@pytest.mark.parametrize(
    ("health", "expected"),
    [
        (CameraHealth.ONLINE, {Defect.BLURRED}),
        (CameraHealth.STARTING, set()),
        (CameraHealth.STALE, {Defect.NO_STREAM}),
        (CameraHealth.OFFLINE, {Defect.NO_STREAM}),
    ],
)
def test_where_no_picture_comes_that_is_what_is_wrong(health: CameraHealth, expected: set[Defect]) -> None:
    found = defects_of(status(1, health, why_zh="密码错误", why_en="Wrong password"), (BLUR,))
    assert {one.defect for one in found} == expected
    if Defect.NO_STREAM in expected:
        assert (found[0].zh, found[0].en) == ("密码错误", "Wrong password")
