import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.packets.timeline import TIMESCALE, USUAL, Timeline, Times


def told(times_s: list[float]) -> list[Times]:
    line, found = Timeline(), []
    for at_s in times_s:
        line, times = line.step(at_s)
        found.append(times)
    return found


@given(st.lists(st.floats(min_value=-5, max_value=3600), min_size=2, max_size=60))
def test_a_player_never_sees_decoding_times_stand_or_jump(times_s: list[float]) -> None:
    found = told(times_s)
    for before, after in itertools.pairwise(found):
        assert 0 < after.decode - before.decode <= 2 * before.duration


@given(st.lists(st.floats(min_value=0, max_value=3600), min_size=2, max_size=60))
def test_what_is_shown_keeps_the_cameras_own_time(times_s: list[float]) -> None:
    for at_s, times in zip(times_s, told(times_s), strict=True):
        assert times.decode + times.offset == round((at_s - times_s[0]) * TIMESCALE)


@pytest.mark.parametrize("fps", [5, 10, 25, 60])
def test_a_steady_stream_is_told_as_it_is(fps: int) -> None:
    found = told([number / fps for number in range(100)])
    assert {times.duration for times in found[20:]} <= {TIMESCALE // fps, TIMESCALE // fps + 1}
    assert all(times.offset == 0 for times in found[20:])


def test_after_a_gap_decoding_times_catch_up() -> None:
    found = told([number / 25 for number in range(50)] + [12 + number / 25 for number in range(50)])
    assert found[-1].offset == 0
    assert max(times.duration for times in found) <= 2 * TIMESCALE


def test_b_frames_keep_a_small_steady_distance() -> None:
    shown = [0.0]
    for group in range(100):
        shown += [group * 0.12 + number * 0.04 for number in (3, 1, 2)]
    found = told(shown)
    assert all(abs(times.offset) <= 6 * USUAL for times in found)


def test_a_new_connection_goes_on_where_the_old_one_ended() -> None:
    line = Timeline()
    for number in range(50):
        line, before = line.step(100 + number / 25)
    line, after = line.after_break(7000.0, passed_s=3.0).step(7000.0)
    assert (after.decode + after.offset - before.decode) / TIMESCALE == pytest.approx(3.0, abs=0.1)
    assert Timeline().after_break(5.0, 3.0) == Timeline()
