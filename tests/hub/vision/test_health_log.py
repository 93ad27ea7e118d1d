from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.store.database import Database
from command_center.store.health_log import HealthLog as Read
from contracts.cameras import Bureau, CameraHealth, CameraStatus, Defect, PictureDefect
from detectors.quality.diagnosis import State
from hub import registry
from hub.vision.health_log import HealthLog, Stretch, heard
from hub.vision.learned import LearnedPictures, view_of
from tests.detectors.quality.scenes import known
from tests.hub.test_registry import camera

T0 = datetime(2026, 11, 24, tzinfo=UTC)
ONLINE, OFFLINE, STALE, STARTING = (
    CameraHealth.ONLINE, CameraHealth.OFFLINE, CameraHealth.STALE, CameraHealth.STARTING,
)  # fmt: skip


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def status(seconds: float, health: CameraHealth = ONLINE, *, defect: Defect | None = None) -> CameraStatus:
    defects = (PictureDefect(defect=defect, since=at(seconds), zh="坏", en="bad"),) if defect else ()
    return CameraStatus(camera_id="c", health=health, at=at(seconds), since=at(0), defects=defects)


def folded(*statuses: CameraStatus) -> list[Stretch]:
    stretches: dict[datetime, Stretch] = {}
    now_open: Stretch | None = None
    for one in statuses:
        ended, now_open = heard(now_open, one, Bureau.TRAFFIC)
        stretches |= {stretch.began_at: stretch for stretch in (ended, now_open) if stretch is not None}
    return list(stretches.values())


def spans(stretches: list[Stretch]) -> list[tuple[float, float, bool, tuple[str, ...]]]:
    return [
        ((s.began_at - T0).total_seconds(), (s.seen_until - T0).total_seconds(), s.online, s.defects) for s in stretches
    ]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        pytest.param([status(0), status(5), status(10)], [(0, 10, True, ())], id="nothing changes: one stretch"),
        pytest.param(
            [status(0), status(5, STALE), status(10, OFFLINE)], [(0, 5, True, ()), (5, 10, False, ())],
            id="stale and offline are one: no picture",
        ),
        pytest.param(
            [status(0), status(5, defect=Defect.BLURRED), status(9, defect=Defect.BLURRED)],
            [(0, 5, True, ()), (5, 9, True, ("blurred",))], id="a defect begins a stretch",
        ),
        pytest.param([status(0), status(60)], [(0, 0, True, ()), (60, 60, True, ())], id="a gap is nobody's time"),
        pytest.param([status(0, STARTING), status(5, STARTING)], [], id="nothing is known while a camera starts"),
        pytest.param(
            [status(0), status(5, STARTING), status(10)], [(0, 0, True, ()), (10, 10, True, ())], id="started anew",
        ),
        pytest.param([status(10), status(5, OFFLINE)], [(10, 10, True, ())], id="an older word changes nothing"),
    ],
)  # fmt: skip
def test_statuses_become_stretches(statuses: list[CameraStatus], expected: list[tuple[object, ...]]) -> None:
    assert spans(folded(*statuses)) == expected


async def test_what_was_stored_is_read_back_and_grows(engine: AsyncEngine) -> None:
    log, reading = HealthLog(engine, lambda: T0), Read(Database(engine))
    for seconds in (0, 5):
        log.hear(status(seconds), Bureau.TRAFFIC)
    await log.store()
    for seconds in (10, 15):
        log.hear(status(seconds), Bureau.TRAFFIC)
    log.hear(status(20, defect=Defect.FROZEN), Bureau.TRAFFIC)
    await log.store()
    await log.store()
    found = await reading.between(at(-100), at(100))
    assert [(one.seen_until - one.began_at).total_seconds() for one in found] == [20, 0]
    assert [one.defects for one in found] == [(), ("frozen",)]
    assert await reading.between(at(100), at(200)) == []


async def test_what_is_older_than_anybody_asks_for_is_forgotten(engine: AsyncEngine) -> None:
    log = HealthLog(engine, lambda: T0 + timedelta(days=401))
    log.hear(status(0), Bureau.TRAFFIC)
    await log.store()
    await log.prune()
    assert await Read(Database(engine)).between(at(-100), at(100)) == []


async def test_what_was_learned_is_there_after_a_restart_until_the_camera_is_turned(engine: AsyncEngine) -> None:
    one = camera("c", bearing_deg=90.0)
    await registry.apply(engine, [one], T0)
    kept = LearnedPictures(engine, lambda: T0)
    await kept.keep([(one, known(seconds=80)), (camera("new"), State())], T0)
    again = await LearnedPictures(engine, lambda: T0).of(one)
    assert again.sizes.keys() == {(640, 360)}
    turned = camera("c", bearing_deg=180.0)
    assert view_of(turned) != view_of(one)
    assert (await kept.of(turned)).sizes == {}
    assert (await kept.of(camera("new"))).sizes == {}
