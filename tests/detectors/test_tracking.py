from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.detections import Box, Detection, Track
from detectors.tracking import Tracker
from tests.detectors.scenes import CAMERA_ID, at, seen


def walk(tracker: Tracker, steps: int, *, every_s: float = 0.2, speed: float = 0.05) -> list[tuple[Track, ...]]:
    """One person walking to the right, `speed` picture widths a second."""
    return [
        tracker.update([seen("person", 0.2 + speed * every_s * step, 0.5)], at(every_s * step)) for step in range(steps)
    ]


def test_a_track_is_told_of_only_once_it_is_confirmed() -> None:
    told = walk(Tracker(CAMERA_ID), 4)
    assert [len(tracks) for tracks in told] == [0, 0, 1, 1]
    assert told[2][0].camera_id == CAMERA_ID


def test_one_walker_keeps_one_number() -> None:
    told = walk(Tracker(CAMERA_ID), 100)
    assert {track.track_id for tracks in told for track in tracks} == {1}
    assert told[-1][0].first_seen == at(0)


@pytest.mark.parametrize("every_s", [0.125, 0.2, 0.333, 0.5])
def test_any_frame_rate_gives_the_same_speed(every_s: float) -> None:
    told = walk(Tracker(CAMERA_ID), int(8 / every_s), every_s=every_s)
    width_in_diagonals = 16 / (16**2 + 9**2) ** 0.5
    assert told[-1][0].speed == pytest.approx(0.05 * width_in_diagonals, rel=0.1)


@pytest.mark.parametrize(("gap_s", "same"), [(1.1, True), (1.3, False)])
def test_pictures_too_far_apart_cannot_be_tracked(gap_s: float, same: bool) -> None:
    tracker = Tracker(CAMERA_ID)
    walk(tracker, 10)
    after = tracker.update([seen("person", 0.29 + 0.05 * gap_s, 0.5)], at(1.8 + gap_s))
    assert bool(after) is same


def test_keyframes_alone_give_no_tracks() -> None:
    assert not any(walk(Tracker(CAMERA_ID), 20, every_s=2.0, speed=0.0))


@pytest.mark.parametrize(("hidden_s", "same"), [(1.6, True), (2.4, False)])
def test_a_track_outlives_a_short_hiding(hidden_s: float, same: bool) -> None:
    tracker = Tracker(CAMERA_ID)
    walk(tracker, 10, speed=0.0)
    number = 0
    while (seconds := 2.0 + 0.2 * number) < 1.8 + hidden_s:
        assert tracker.update([], at(seconds)) == ()
        number += 1
    back = tracker.update([seen("person", 0.2, 0.5)], at(1.8 + hidden_s))
    assert [track.track_id for track in back] == ([1] if same else [])


def test_doubtful_boxes_prolong_a_track_and_never_begin_one() -> None:
    tracker = Tracker(CAMERA_ID)
    walk(tracker, 10, speed=0.0)
    faint = [seen("person", 0.2, 0.5, 0.2), seen("person", 0.7, 0.5, 0.2)]
    told = [tracker.update(faint, at(2.0 + 0.2 * step)) for step in range(10)]
    assert {track.track_id for tracks in told for track in tracks} == {1}


def test_labels_never_mix() -> None:
    tracker = Tracker(CAMERA_ID)
    walk(tracker, 10, speed=0.0)
    told = [tracker.update([seen("car", 0.2, 0.5)], at(2.0 + 0.2 * step)) for step in range(5)]
    assert {(track.label, track.track_id) for tracks in told for track in tracks} == {("car", 2)}


def test_two_who_cross_keep_their_numbers_apart() -> None:
    tracker = Tracker(CAMERA_ID)
    told = [
        tracker.update([seen("person", 0.2 + 0.02 * n, 0.5), seen("person", 0.8 - 0.02 * n, 0.6)], at(0.2 * n))
        for n in range(30)
    ]
    assert all(len({track.track_id for track in tracks}) == len(tracks) for tracks in told)
    assert {track.track_id for track in told[-1]} == {1, 2}


@pytest.mark.parametrize("again_s", [1.8, 1.0])
def test_an_old_picture_changes_nothing(again_s: float) -> None:
    tracker = Tracker(CAMERA_ID)
    walk(tracker, 10)
    assert tracker.update([], at(again_s)) == ()
    assert [track.track_id for track in tracker.update([seen("person", 0.3, 0.5)], at(2.0))] == [1]


def test_numbers_belong_to_a_camera() -> None:
    here, there = walk(Tracker("a"), 5), walk(Tracker("b"), 5)
    assert (here[-1][0].camera_id, here[-1][0].track_id) != (there[-1][0].camera_id, there[-1][0].track_id)


spots = st.tuples(st.floats(0.05, 0.95), st.floats(0.2, 1.0), st.floats(0.15, 1.0), st.sampled_from(["person", "car"]))


@given(st.lists(st.lists(spots, max_size=6), max_size=15), st.floats(0.1, 0.6))
def test_whatever_comes_the_same_input_gives_the_same_tracks(
    pictures: list[list[tuple[float, float, float, str]]], every_s: float
) -> None:
    def run() -> list[tuple[Track, ...]]:
        tracker, moments = Tracker(CAMERA_ID), _moments(len(pictures), every_s)
        return [tracker.update(_hits(spots), now) for spots, now in zip(pictures, moments, strict=True)]

    told = run()
    assert told == run()
    for tracks, now in zip(told, _moments(len(pictures), every_s), strict=True):
        assert len({track.track_id for track in tracks}) == len(tracks)
        assert all(track.last_seen == now >= track.first_seen for track in tracks)
        assert all(0 <= side <= 1 for t in tracks for side in (t.box.x0, t.box.y0, t.box.x1, t.box.y1))


def _moments(count: int, every_s: float) -> list[datetime]:
    return [at(every_s * number) for number in range(count)]


def _hits(spots: list[tuple[float, float, float, str]]) -> list[Detection]:
    return [seen(label, x, y, confidence) for x, y, confidence, label in spots]


@pytest.mark.parametrize(
    ("m_s", "tracks"), [(1.4, 1), (4.0, 1), (9.0, 0)], ids=["walks", "runs", "faster than anybody"]
)
def test_a_runner_is_followed_though_the_boxes_do_not_overlap(m_s: float, tracks: int) -> None:
    tall = 0.12
    stride = m_s / 1.7 * tall * 0.25 / (16 / 9)
    tracker, numbers = Tracker("cam"), set()
    for look in range(12):
        x = 0.1 + stride * look
        box = Box(x - 0.013, 0.5 - tall, x + 0.013, 0.5)
        found = tracker.update((Detection("person", 0.8, box),), at(0.25 * look))
        numbers |= {track.track_id for track in found}
    assert len(numbers) == tracks
