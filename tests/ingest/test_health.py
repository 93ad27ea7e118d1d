from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cameras import CameraHealth
from contracts.errors import CameraFault
from ingest.health import Failed, GotFrame, Happening, Health, Passed, starting, step

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def online(last_frame_s: float = 0.0) -> Health:
    return step(starting(NOON), GotFrame(at(last_frame_s)), at(last_frame_s))


def test_a_frame_makes_a_camera_online_and_forgets_the_fault() -> None:
    failed = step(starting(NOON), Failed(CameraFault.REFUSED, "h:554"), at(1))
    state = step(failed, GotFrame(at(5)), at(5))
    assert state == Health(CameraHealth.ONLINE, since=at(5), last_frame_at=at(5))


def test_online_since_is_when_it_came_online_not_the_last_frame() -> None:
    assert step(online(), GotFrame(at(3)), at(3)).since == NOON


@pytest.mark.parametrize(
    ("age_s", "gop_s", "health"),
    [
        pytest.param(4.9, None, CameraHealth.ONLINE, id="fresh"),
        pytest.param(5.0, None, CameraHealth.STALE, id="stale"),
        pytest.param(9.9, 2.0, CameraHealth.STALE, id="still stale"),
        pytest.param(10.0, 2.0, CameraHealth.OFFLINE, id="offline"),
        pytest.param(12.4, 5.0, CameraHealth.ONLINE, id="keyframes 5 s apart, not yet stale"),
        pytest.param(12.5, 5.0, CameraHealth.STALE, id="keyframes 5 s apart, stale"),
        pytest.param(14.9, 5.0, CameraHealth.STALE, id="keyframes 5 s apart, still stale"),
        pytest.param(15.0, 5.0, CameraHealth.OFFLINE, id="keyframes 5 s apart, offline"),
    ],
)
def test_health_follows_the_age_of_the_last_picture(age_s: float, gop_s: float | None, health: CameraHealth) -> None:
    assert step(online(), Passed(gop_s), at(age_s)).health is health


@pytest.mark.parametrize(
    ("age_s", "health"),
    [
        pytest.param(24.9, CameraHealth.ONLINE, id="4.9 s of it are the camera's"),
        pytest.param(25.0, CameraHealth.STALE, id="5 s of it are the camera's"),
        pytest.param(30.0, CameraHealth.OFFLINE, id="10 s of it are the camera's"),
    ],
)
def test_time_in_which_we_did_not_look_is_not_held_against_the_camera(age_s: float, health: CameraHealth) -> None:
    unwatched = step(step(online(), Passed(2.0, unwatched_s=12), at(14)), Passed(2.0, unwatched_s=8), at(23))
    assert unwatched.health is CameraHealth.ONLINE
    assert step(unwatched, Passed(2.0), at(age_s)).health is health


def test_a_picture_ends_the_indulgence() -> None:
    seen = step(step(online(), Passed(2.0, unwatched_s=20), at(22)), GotFrame(at(23)), at(23))
    assert step(seen, Passed(2.0), at(28)).health is CameraHealth.STALE


def test_a_short_break_is_remembered_but_is_not_yet_bad_health() -> None:
    broken = step(online(), Failed(CameraFault.ENDED), at(1))
    assert (broken.health, broken.fault) == (CameraHealth.ONLINE, CameraFault.ENDED)
    assert step(broken, GotFrame(at(3)), at(3)).fault is None


def test_a_camera_that_never_gave_a_picture_is_offline_at_its_first_fault() -> None:
    state = step(starting(NOON), Failed(CameraFault.UNAUTHORIZED, "h"), at(0.2))
    assert (state.health, state.since, state.detail) == (CameraHealth.OFFLINE, at(0.2), "h")


@pytest.mark.parametrize(("age_s", "health"), [(9.9, CameraHealth.STARTING), (10, CameraHealth.OFFLINE)])
def test_a_camera_that_says_nothing_at_all_is_starting_only_for_so_long(age_s: float, health: CameraHealth) -> None:
    assert step(starting(NOON), Passed(), at(age_s)).health is health


def test_silence_without_an_error_is_named_a_timeout() -> None:
    assert step(online(), Passed(), at(60)).fault is CameraFault.TIMEOUT


def test_offline_stays_offline_until_a_picture_comes() -> None:
    gone = step(online(), Passed(), at(60))
    assert step(gone, Passed(), at(61)) == gone
    assert step(gone, Failed(CameraFault.REFUSED), at(61)).since == gone.since


HAPPENINGS = st.one_of(
    st.builds(Passed, st.none() | st.floats(0, 20)),
    st.builds(Failed, st.sampled_from(CameraFault)),
    st.just("frame"),
)


@given(st.lists(st.tuples(HAPPENINGS, st.floats(0, 30)), max_size=40))
def test_a_camera_without_a_picture_for_a_minute_is_never_called_online(
    happenings: list[tuple[Happening | str, float]],
) -> None:
    state, now = starting(NOON), 0.0
    for happening, later in happenings:
        now += later
        real = GotFrame(at(now)) if isinstance(happening, str) else happening
        state = step(state, real, at(now))
        assert state.since <= at(now)
    assert step(state, Passed(20.0), at(now + 60)).health is CameraHealth.OFFLINE
