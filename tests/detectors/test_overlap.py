import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from detectors.overlap import Floats, inside, iou, merge, suppress

boxes = arrays.arrays(np.float32, st.tuples(st.integers(1, 12), st.just(4)), elements=st.floats(0, 100, width=32))


@given(boxes)
def test_overlap_is_a_share_and_the_same_both_ways(corners: Floats) -> None:
    for share in (iou(corners, corners), inside(corners, corners)):
        assert (share >= 0).all()
        assert (share <= 1 + 1e-5).all()
        assert np.allclose(share, share.T)


@given(boxes, st.floats(0.1, 0.9))
def test_what_stays_does_not_overlap_and_what_goes_did(corners: Floats, limit: float) -> None:
    rows = np.concatenate([corners, np.zeros((len(corners), 2), np.float32)], axis=1)
    kept = suppress(rows, limit)
    among = iou(rows[kept, :4], rows[kept, :4])
    np.fill_diagonal(among, 0)
    assert (among <= limit).all()
    gone = sorted(set(range(len(rows))) - set(kept.tolist()))
    assert all(iou(rows[[i], :4], rows[kept, :4]).max() > limit for i in gone)


@pytest.mark.parametrize(
    ("piece", "label", "kept"),
    [
        pytest.param((0.0, 0.0, 4.0, 2.0), 0, 1, id="a piece of the whole goes"),
        pytest.param((0.0, 0.0, 4.0, 2.0), 1, 2, id="of another class it stays"),
        pytest.param((8.0, 0.0, 14.0, 2.0), 0, 2, id="what only touches it stays"),
    ],
)
def test_pieces_of_one_thing_are_one(piece: tuple[float, ...], label: int, kept: int) -> None:
    rows = np.array([[0, 0, 10, 10, 0.9, 0], [*piece, 0.5, label]], np.float32)
    assert len(merge(rows, 0.5, 0.8)) == kept
    assert len(suppress(rows, 0.5)) == 2
