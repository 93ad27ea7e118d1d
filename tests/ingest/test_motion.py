from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from ingest.motion import CELLS, Gate, Luma, luma_of, shrink, step

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
RNG = np.random.default_rng(7)


def scene(box_at: int | None = None, light: int = 0, noise: float = 2.0) -> Luma:
    """A still street with sensor noise; a person-sized box when asked for. Luma (270, 480)."""
    image = np.linspace(40, 160, 480)[None, :] + np.zeros((270, 1)) + RNG.normal(0, noise, (270, 480)) + light
    if box_at is not None:
        image[100:150, box_at : box_at + 20] = 230
    return image.clip(0, 255).astype(np.uint8)


def looked(*pictures: Luma, every_s: float = 2.0) -> list[bool]:
    gate, answers = Gate(), []
    for number, luma in enumerate(pictures):
        gate, looks = step(gate, luma, NOON + timedelta(seconds=number * every_s))
        answers.append(looks)
    return answers


def test_the_first_picture_is_looked_at() -> None:
    assert looked(scene()) == [True]


def test_a_still_scene_with_noise_is_not_looked_at() -> None:
    assert looked(scene(), scene(), scene(), scene()) == [True, False, False, False]


def test_a_person_who_walks_in_is_looked_at() -> None:
    assert looked(scene(), scene(), scene(box_at=200)) == [True, False, True]


def test_clouds_over_the_whole_picture_are_not_motion() -> None:
    assert looked(scene(), scene(light=25)) == [True, False]


@pytest.mark.parametrize(
    ("every_s", "looks"), [(4.9, False), (5.0, True)], ids=["before ten seconds", "at ten seconds"]
)
def test_what_stands_still_is_looked_at_every_ten_seconds(every_s: float, looks: bool) -> None:
    crowd = scene(box_at=100)
    assert looked(crowd, crowd, crowd, every_s=every_s) == [True, False, looks]


def test_a_change_of_resolution_is_looked_at() -> None:
    assert looked(scene(), scene()[::2, ::16]) == [True, True]


@pytest.mark.parametrize("shape", [(270, 480), (1080, 1920), (37, 65), (20, 30)])
def test_any_size_is_shrunk_to_the_grid_or_to_itself(shape: tuple[int, int]) -> None:
    cells = shrink(np.full(shape, 77, np.uint8))
    assert cells.shape == (min(shape[0], CELLS[0]), min(shape[1], CELLS[1]))
    assert (cells == 77).all()


def test_the_luma_of_a_colour_picture_is_a_view_of_its_green() -> None:
    image = np.zeros((4, 4, 3), np.uint8)
    assert luma_of(image).base is image
