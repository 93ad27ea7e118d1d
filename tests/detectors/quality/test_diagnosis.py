from datetime import timedelta

import cv2
import numpy as np
import pytest

from contracts.cameras import Defect
from detectors.quality.diagnosis import START, State, step
from tests.detectors.quality.scenes import HEIGHT, WIDTH, Change, Image, at, coded, known, street, watched


@pytest.fixture(scope="module")
def state() -> State:
    return known()


def multiplied(by: float | tuple[float, float, float]) -> Change:
    return lambda image, _: np.asarray(np.clip(image * np.asarray(by), 0, 255), np.uint8)


def lifted(by: int) -> Change:
    return lambda image, _: np.asarray(np.clip(image.astype(int) + by, 0, 255), np.uint8)


def blurred(sigma: float) -> Change:
    return lambda image, _: np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)


def covered(share: float, level: int = 95) -> Change:
    def cover(image: Image, _: int) -> Image:
        image = image.copy()
        image[:, : round(share * WIDTH)] = level
        return image

    return cover


def pushed(right: float, turn: float = 0.0) -> Change:
    def push(image: Image, _: int) -> Image:
        matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), turn, 1.0)
        matrix[0, 2] += right * WIDTH
        return np.asarray(cv2.warpAffine(image, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT), np.uint8)

    return push


def frozen(quality: int) -> Change:
    still = street(1999)
    return lambda _, number: coded(still, quality + number % 3)


def in_blocks(share: float) -> Change:
    def damage(image: Image, number: int) -> Image:
        rng, image = np.random.default_rng(number), image.copy()
        for _ in range(round(share * (WIDTH // 16) * (HEIGHT // 16))):
            x, y, from_x, from_y = (16 * int(rng.integers(0, size // 16)) for size in (WIDTH, HEIGHT, WIDTH, HEIGHT))
            image[y : y + 16, x : x + 16] = image[from_y : from_y + 16, from_x : from_x + 16]
        return image

    return damage


def nothing(image: Image, _: int) -> Image:
    return image


@pytest.mark.parametrize(
    ("change", "defect"),
    [
        pytest.param(multiplied(0), Defect.BLACK, id="black"),
        pytest.param(frozen(90), Defect.FROZEN, id="frozen and coded anew"),
        pytest.param(frozen(50), Defect.FROZEN, id="frozen and coded badly"),
        pytest.param(multiplied(0.25), Defect.TOO_DARK, id="a quarter of the light"),
        pytest.param(lifted(160), Defect.TOO_BRIGHT, id="washed out"),
        pytest.param(blurred(2.5), Defect.BLURRED, id="out of focus"),
        pytest.param(blurred(8), Defect.BLURRED, id="far out of focus"),
        pytest.param(multiplied((1.25, 0.75, 1.2)), Defect.COLOUR_CAST, id="purple"),
        pytest.param(multiplied((0.8, 1.2, 0.8)), Defect.COLOUR_CAST, id="green"),
        pytest.param(covered(0.35), Defect.OCCLUDED, id="a third covered"),
        pytest.param(covered(0.6, level=30), Defect.OCCLUDED, id="covered by something dark"),
        pytest.param(covered(1.0), Defect.OCCLUDED, id="covered whole"),
        pytest.param(pushed(0.05), Defect.MOVED, id="pushed by a twentieth"),
        pytest.param(pushed(0.3), Defect.MOVED, id="pushed by a third"),
        pytest.param(pushed(0.0, turn=8), Defect.MOVED, id="turned by 8 degrees"),
        pytest.param(in_blocks(0.1), Defect.MOSAIC, id="a tenth of the blocks damaged"),
    ],
)
def test_each_defect_is_found_by_its_name(state: State, change: Change, defect: Defect) -> None:
    _, verdicts = watched(state, change)
    assert defect in verdicts[-1].names
    assert len(verdicts[-1].names) == 1
    told = verdicts[-1].defects[0]
    assert at(2000) <= told.since <= at(2032)
    assert told.zh
    assert told.en


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(nothing, id="as always"),
        pytest.param(multiplied(0.5), id="half the light is no defocus"),
        pytest.param(multiplied(1.4), id="more light"),
        pytest.param(multiplied((0.75, 0.95, 1.2)), id="warm evening light"),
        pytest.param(blurred(0.6), id="a little softer"),
        pytest.param(covered(0.1), id="something stands at the edge"),
        pytest.param(pushed(0.004), id="wind on the pole"),
        pytest.param(lambda image, _: coded(image, 25), id="a bad codec"),
    ],
)
def test_what_is_no_defect_is_not_told(state: State, change: Change) -> None:
    _, verdicts = watched(state, change)
    assert not any(verdict.defects for verdict in verdicts)


def test_a_bus_that_passes_is_no_cover(state: State) -> None:
    _, verdicts = watched(state, lambda image, number: covered(0.5)(image, 0) if number < 6 else image)
    assert not any(verdict.defects for verdict in verdicts)


def test_a_defect_that_is_mended_is_gone_within_half_a_minute(state: State) -> None:
    _, verdicts = watched(state, lambda image, number: covered(0.5)(image, 0) if number < 30 else image)
    assert verdicts[29].names == {Defect.OCCLUDED}
    assert not verdicts[-1].defects


def test_what_is_wrong_is_not_learned(state: State) -> None:
    later, _ = watched(state, blurred(4), seconds=100)
    assert later.sizes[WIDTH, HEIGHT].lately is state.sizes[WIDTH, HEIGHT].lately


def test_a_new_camera_is_not_judged_by_what_it_never_showed() -> None:
    state, told = START, 0
    for second in range(30):
        state, verdict = step(state, covered(0.5)(street(second), 0), at(second))
        told += len(verdict.defects)
    assert told == 0


def test_a_new_camera_that_shows_nothing_is_told_at_once() -> None:
    _, verdicts = watched(START, multiplied(0), seconds=12)
    assert verdicts[-1].names == {Defect.BLACK}


def test_a_still_scene_is_given_time_as_it_needs_it() -> None:
    still = street(1)
    state = START
    for second in range(0, 280, 4):
        state, verdict = step(state, still, at(second))
        assert not verdict.defects
    for second in range(280, 340, 4):  # then somebody passes, and it is known to stand still for minutes
        state, _ = step(state, street(second), at(second))
    for second in range(340, 700, 4):
        state, verdict = step(state, street(340), at(second))
        assert not verdict.defects


def test_pictures_that_the_decoder_calls_damaged_are_a_mosaic(state: State) -> None:
    for second in range(2000, 2030):
        image = None if second % 2 else street(second)
        state, verdict = step(state, image, at(second))
    assert verdict.names == {Defect.MOSAIC}


def test_an_older_picture_changes_nothing(state: State) -> None:
    again, verdict = step(state, street(0), at(0))
    assert again is state
    assert not verdict.defects


def test_another_size_of_picture_is_another_baseline(state: State) -> None:
    small = cv2.resize(street(2001), (320, 180))
    state, verdict = step(state, np.asarray(small, np.uint8), at(2001))
    assert not verdict.defects
    assert set(state.sizes) == {(WIDTH, HEIGHT), (320, 180)}


def test_what_stays_wrong_for_a_day_becomes_the_usual(state: State) -> None:
    push = pushed(0.3)
    state, verdicts = watched(state, push, seconds=40)
    assert verdicts[-1].names == {Defect.MOVED}
    later = at(2040) + timedelta(hours=24)
    state, verdict = step(state, push(street(1), 0), later)
    for second in range(120):
        state, verdict = step(state, push(street(second), 0), later + timedelta(seconds=1 + second))
    assert not verdict.defects


def test_masked_tiles_do_not_make_a_picture_dark(state: State) -> None:
    seen = np.ones((9, 16), np.bool_)
    seen[:, 3:] = False

    def masked(image: Image) -> Image:
        image = image.copy()
        image[:, WIDTH * 3 // 16 :] = 0
        return image

    state = START
    for second in range(40):
        state, verdict = step(state, masked(street(second)), at(second), seen=seen)
        assert not verdict.defects
