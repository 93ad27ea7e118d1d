import cv2
import numpy as np
import pytest

from contracts.cameras import Line
from detectors.evidence import last_picture, last_ref, snapshot, snapshot_ref
from tests.detectors.scenes import LEFT_HALF, T0, blank, standing


def pixels(jpeg: bytes) -> np.ndarray:
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR))


@pytest.mark.parametrize(
    ("height", "width", "shown"),
    [(1080, 1920, (720, 1280)), (720, 1280, (720, 1280)), (360, 640, (360, 640))],
    ids=["too wide", "as wide as may be", "small"],
)
def test_a_snapshot_is_at_most_1280_across(height: int, width: int, shown: tuple[int, int]) -> None:
    assert pixels(snapshot(blank(height, width), [])).shape[:2] == shown


def test_a_box_is_drawn_where_it_is_and_the_frame_stays_clean() -> None:
    image = blank(360, 640)
    box = standing(0.5, 0.5, width=0.2, height=0.3)
    drawn = pixels(snapshot(image, [box])).astype(int)
    changed = np.argwhere(np.abs(drawn - 90).max(axis=2) > 60)
    (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
    assert (left / 640, top / 360, right / 640, bottom / 360) == pytest.approx((0.4, 0.2, 0.6, 0.5), abs=0.02)
    assert (image == 90).all()


def test_the_zone_is_outlined() -> None:
    drawn = pixels(snapshot(blank(360, 640), [], LEFT_HALF)).astype(int)
    assert np.abs(drawn[180, 318:323] - 90).max() > 40
    assert np.abs(drawn[180, 400:600] - 90).max() < 10


def test_a_line_is_drawn_with_a_tick_on_its_right_hand() -> None:
    line = Line(name="gate", start=(0.5, 0.9), end=(0.5, 0.1))  # walking up the picture: the right hand is to the right
    drawn = np.abs(pixels(snapshot(blank(360, 640), [], None, line)).astype(int) - 90).max(axis=2)
    assert drawn[90, 318:323].max() > 40
    assert drawn[20, 318:323].max() < 20
    assert drawn[180, 330:336].max() > 40
    assert drawn[180, 300:312].max() < 20


def test_the_last_picture_is_small_and_nothing_is_drawn_into_it() -> None:
    shown = pixels(last_picture(blank(1080, 1920)))
    assert shown.shape[:2] == (360, 640)
    assert np.abs(shown.astype(int) - 90).max() < 5


def test_a_reference_says_the_day_and_the_update() -> None:
    assert snapshot_ref("cam:99:crowd_gathering:1795480212", 3, T0) == (
        "ev/2026/11/24/cam_99_crowd_gathering_1795480212-3.jpg"
    )


def test_zones_with_names_in_chinese_never_share_a_file() -> None:
    refs = {snapshot_ref(f"cam:99:zone_intrusion@{zone}:1795480212", 0, T0) for zone in ("校门口", "停车场", "gate")}
    assert len(refs) == 3
    assert all(ref.isascii() and ".." not in ref and ref.count("/") == 4 for ref in refs)


def test_no_camera_id_climbs_out_of_the_folder() -> None:
    assert last_ref("99019901081320000007") == "last/99019901081320000007.jpg"
    assert last_ref("../../etc/passwd").count("/") == 1
