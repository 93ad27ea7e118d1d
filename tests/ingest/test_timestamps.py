from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.timestamps import StreamClock

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def captured(*packets: tuple[float | None, float]) -> list[datetime]:
    """The times of capture of packets given as (pts, arrival), seconds."""
    clock, times = StreamClock(), []
    for pts, arrival in packets:
        clock, time = clock.step(pts, at(arrival))
        times.append(time)
    return times


def test_the_first_picture_is_taken_to_be_as_old_as_its_arrival() -> None:
    assert captured((1234.5, 0.0)) == [at(0.0)]


def test_network_jitter_is_taken_out() -> None:
    times = captured((10.0, 0.0), (10.04, 0.30), (10.08, 0.31), (10.12, 0.32))
    seconds = [(time - NOON).total_seconds() for time in times]
    assert seconds == pytest.approx([0.0, 0.04, 0.08, 0.12], abs=0.002)


def test_a_packet_that_was_delayed_less_than_all_before_corrects_the_offset() -> None:
    times = captured((10.0, 1.0), (11.0, 1.5), (12.0, 2.6))
    assert times[1] == at(1.5)
    assert (times[2] - NOON).total_seconds() == pytest.approx(2.5, abs=0.01)


def test_without_a_presentation_time_it_is_the_arrival() -> None:
    assert captured((None, 0.0), (None, 0.1), (5.0, 0.2), (None, 0.3)) == [at(0.0), at(0.1), at(0.2), at(0.3)]


@pytest.mark.parametrize("jump", [-1000.0, 1000.0], ids=["back", "forward"])
def test_a_camera_that_restarts_its_clock_starts_anew(jump: float) -> None:
    assert captured((50.0, 0.0), (51.0, 1.0), (52.0 + jump, 2.0))[-1] == at(2.0)


def test_the_machine_s_clock_set_back_starts_anew() -> None:
    assert captured((50.0, 0.0), (51.0, 1.0), (52.0, -3600.0))[-1] == at(-3600.0)


@given(st.lists(st.tuples(st.none() | st.floats(-1e6, 1e6), st.floats(0, 10)), max_size=50))
def test_a_picture_is_never_from_the_future_and_never_older_than_the_one_before(
    steps: list[tuple[float | None, float]],
) -> None:
    arrival, before, clock = 0.0, None, StreamClock()
    for pts, later in steps:
        arrival += later
        clock, time = clock.step(pts, at(arrival))
        assert time <= at(arrival)
        assert before is None or time >= before
        before = time
