import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.detections import Box
from detectors.tiles import OVERLAP, WHOLE, around, cut_out, to_picture, together, views_of


def row(x0: float, y0: float, x1: float, y1: float, score: float = 0.8) -> np.ndarray:
    return np.array([[x0, y0, x1, y1, score, 0.0]], np.float32)


def test_without_tiles_the_whole_picture_is_looked_at_once() -> None:
    assert views_of(1, [Box(0, 0, 0.1, 0.1)]) == (WHOLE,)


@given(st.integers(2, 4), st.floats(0, 1), st.floats(0, 1))
def test_every_spot_lies_in_the_whole_and_in_a_tile(side: int, x: float, y: float) -> None:
    whole, *tiles = views_of(side)
    assert whole == WHOLE
    assert len(tiles) == side * side
    assert any(tile.x0 <= x <= tile.x1 and tile.y0 <= y <= tile.y1 for tile in tiles)
    assert max(tile.x1 for tile in tiles) == pytest.approx(1.0)


@given(st.integers(2, 4), st.floats(0, 0.9), st.floats(0, 0.9))
def test_what_is_smaller_than_the_overlap_is_whole_in_some_tile(side: int, x: float, y: float) -> None:
    _, *tiles = views_of(side)
    extent = OVERLAP * (tiles[0].x1 - tiles[0].x0) * 0.99
    thing = Box(x, y, min(1.0, x + extent), min(1.0, y + extent))
    assert any(t.x0 <= thing.x0 and thing.x1 <= t.x1 and t.y0 <= thing.y0 and thing.y1 <= t.y1 for t in tiles)


def test_only_tiles_that_a_zone_touches_are_looked_at() -> None:
    whole, *tiles = views_of(2, [around([(0.1, 0.1), (0.3, 0.1), (0.2, 0.3)])])
    assert whole == WHOLE
    assert [(tile.x0, tile.y0) for tile in tiles] == [(0.0, 0.0)]


def test_a_box_in_a_tile_is_put_back_where_it_is() -> None:
    (found,) = to_picture(row(0.5, 0.5, 0.75, 1.0), Box(0.0, 0.5, 0.5, 1.0)).tolist()
    assert found[:4] == pytest.approx([0.25, 0.75, 0.375, 1.0])


@pytest.mark.parametrize(
    ("box", "view", "kept"),
    [
        pytest.param((0.0, 0.2, 0.3, 0.4), Box(0.4, 0.0, 1.0, 0.6), False, id="cut on the left"),
        pytest.param((0.0, 0.2, 0.3, 0.4), Box(0.0, 0.0, 0.6, 0.6), True, id="at the picture's own edge"),
        pytest.param((0.5, 0.5, 0.7, 1.0), Box(0.0, 0.0, 0.6, 0.6), False, id="cut below"),
        pytest.param((0.5, 0.5, 0.7, 1.0), WHOLE, True, id="the whole picture cuts nothing"),
    ],
)
def test_pieces_at_a_cut_are_left_to_the_view_that_has_the_whole(
    box: tuple[float, float, float, float], view: Box, kept: bool
) -> None:
    assert len(to_picture(row(*box), view)) == kept


def test_one_thing_that_two_views_show_is_one() -> None:
    found = together([row(0.40, 0.4, 0.50, 0.6, 0.6), row(0.41, 0.4, 0.51, 0.6, 0.9), row(0.8, 0.4, 0.9, 0.6, 0.5)])
    assert found[:, 4].tolist() == pytest.approx([0.9, 0.5])


def test_a_tile_is_cut_out_of_the_picture_as_it_is() -> None:
    image = np.arange(8 * 10 * 3, dtype=np.uint8).reshape(8, 10, 3)
    assert (cut_out(image, Box(0.5, 0.25, 1.0, 0.75)) == image[2:6, 5:]).all()
