from datetime import UTC, datetime, timedelta

import pytest

from command_center.views import CameraViews
from contracts.cameras import CameraHealth, CameraStatus, Defect, PictureDefect
from tests.command_center.seeding import camera

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
CAMERA = camera(1)


def views() -> CameraViews:
    made = CameraViews(lambda: NOON)
    made.register([CAMERA])
    return made


def status(seconds: float = 0.0, *, epoch: int = 0, worker: str = "one", **more: object) -> CameraStatus:
    at = NOON + timedelta(seconds=seconds)
    fields = {"camera_id": CAMERA.camera_id, "health": CameraHealth.ONLINE, "at": at, "since": at}
    return CameraStatus.model_validate(fields | {"epoch": epoch, "worker": worker, "why_en": worker} | more)


@pytest.mark.parametrize(
    ("second", "heard"),
    [
        pytest.param(status(1, epoch=5, worker="two"), "two", id="later in the same epoch"),
        pytest.param(status(-1, epoch=5, worker="two"), "one", id="earlier in the same epoch"),
        pytest.param(status(-1, epoch=6, worker="two"), "two", id="a new holder, by an earlier clock"),
        pytest.param(status(9, epoch=4, worker="two"), "one", id="a former holder that woke up"),
    ],
)
def test_the_newest_word_of_the_newest_holder_is_heard(second: CameraStatus, heard: str) -> None:
    made = views()
    made.hear(status(epoch=5))
    made.hear(second)
    row = made.row(CAMERA.camera_id)
    assert row is not None
    assert row.why_en == heard


@pytest.mark.parametrize(
    ("defect", "sees"),
    [(None, True), (Defect.BLACK, False), (Defect.OCCLUDED, False), (Defect.TOO_DARK, True), (Defect.MOVED, True)],
)
def test_a_picture_in_which_nothing_can_be_seen_is_no_look(defect: Defect | None, sees: bool) -> None:
    made = views()
    defects = () if defect is None else (PictureDefect(defect=defect, since=NOON, zh="坏", en="bad"),)
    made.hear(status(defects=defects))
    assert made.online() == {CAMERA.camera_id}
    assert (CAMERA.camera_id in made.seeing()) is sees
    assert (made.blindness(CAMERA.camera_id) is None) is sees
