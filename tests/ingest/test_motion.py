import numpy as np
import pytest

from ingest import motion

ROWS, COLUMNS = 90, 160
RNG = np.random.default_rng(7)
STREET = RNG.integers(60, 180, (ROWS, COLUMNS)).astype(np.float64)


def seen(scene: np.ndarray, *, light: float = 1.0, noise: float = 2.0) -> motion.Luma:
    return np.clip(scene * light + RNG.normal(0, noise, scene.shape), 0, 255).astype(np.uint8)


def learned(seconds: int = 60, every_s: float = 2.0) -> tuple[motion.Background, float]:
    state, at_s = None, 0.0
    while at_s < seconds or state is None:
        state, _ = motion.step(state, seen(STREET), at_s)
        at_s += every_s
    return state, at_s


def with_person(left: int, height: int = 6, width: int = 3, grey: float = 20.0) -> np.ndarray:
    scene = STREET.copy()
    scene[40 : 40 + height, left : left + width] = grey
    return scene


def test_the_first_picture_always_asks_for_a_look() -> None:
    assert motion.step(None, seen(STREET), 0.0)[1]


@pytest.mark.parametrize("noise", [0.0, 2.0, 4.0])
def test_an_empty_street_does_not_move_however_noisy_the_sensor(noise: float) -> None:
    state, moved = None, []
    for number in range(200):
        state, moves = motion.step(state, seen(STREET, noise=noise), number * 2.0)
        moved.append(moves)
    assert not any(moved[30:])


@pytest.mark.parametrize("every_s", [0.125, 2.0], ids=["8 a second", "keyframes"])
def test_a_walker_moves_in_every_picture(every_s: float) -> None:
    state, at_s = learned(every_s=every_s)
    for left in range(10, 120, 2):
        at_s += every_s
        state, moves = motion.step(state, seen(with_person(left)), at_s)
        assert moves


@pytest.mark.parametrize(("width", "moves"), [(1, False), (2, True)], ids=["one cell is noise", "two by two are not"])
def test_the_smallest_thing_that_moves(width: int, moves: bool) -> None:
    state, at_s = learned()
    assert motion.step(state, seen(with_person(30, 2, width, 255), noise=0), at_s)[1] is moves


def test_one_column_at_the_pictures_edge_is_noise_too() -> None:
    state, at_s = learned()
    assert not motion.step(state, seen(with_person(0, 6, 1, 255), noise=0), at_s)[1]


@pytest.mark.parametrize("light", [0.8, 1.1])
def test_a_cloud_over_the_whole_street_is_no_motion_and_a_walker_under_it_is(light: float) -> None:
    state, at_s = learned()
    assert not motion.step(state, seen(STREET, light=light), at_s)[1]
    assert motion.step(state, seen(with_person(30), light=light), at_s)[1]


def test_another_picture_is_looked_at_once_and_learned_anew() -> None:
    state, at_s = learned()
    turned = np.roll(STREET, 50, axis=1)
    state, first = motion.step(state, seen(turned), at_s)
    assert first
    assert not motion.step(state, seen(turned), at_s + 2)[1]


def test_what_stays_is_learned_so_that_the_gate_closes_again() -> None:
    state, at_s = learned()
    moves = True
    for _ in range(60):
        at_s += 2.0
        state, moves = motion.step(state, seen(with_person(30)), at_s)
    assert not moves


def test_another_size_starts_anew() -> None:
    state, at_s = learned()
    assert motion.step(state, seen(STREET[:45]), at_s)[1]


@pytest.mark.parametrize(
    ("size", "cells"),
    [
        pytest.param((1080, 1920), (90, 160), id="1080p"),
        pytest.param((360, 640), (90, 160), id="360p"),
        pytest.param((1920, 1080), (284, 160), id="portrait"),
        pytest.param((80, 100), (80, 100), id="smaller than the grid"),
        pytest.param((576, 704), (131, 160), id="no whole number of pixels a cell"),
    ],
)
def test_the_grid_keeps_the_shape_of_the_picture(size: tuple[int, int], cells: tuple[int, int]) -> None:
    plane = np.full(size, 77, np.uint8)
    assert motion.grid(plane).shape == cells
    assert (motion.grid(plane) == 77).all()


def test_a_cell_is_what_two_pixels_in_its_middle_show() -> None:
    plane = np.zeros((1080, 1920), np.uint8)
    plane[6, 12 * 7 + 5], plane[6, 12 * 7 + 6] = 100, 50
    assert motion.grid(plane)[0, 7] == 75
    assert np.count_nonzero(motion.grid(plane)) == 1


@pytest.mark.parametrize("size", [(1080, 1920), (360, 640), (576, 704), (80, 100)])
def test_the_grid_is_no_view_of_the_decoders_memory(size: tuple[int, int]) -> None:
    plane = np.full(size, 77, np.uint8)
    motion.grid(plane)[:] = 0
    assert (plane == 77).all()
