import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cadence import Mode
from ingest.modes import LOOK_COUNTING_S, LOOK_IDLE_S, LOOK_TRACKING_S, Needs, Pace, Signs, step

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
TRACKS = Needs(tracks=True)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("needs", "idle", "stirred"),
    [
        pytest.param(Needs(), "keyframes", "keyframes", id="counting needs no more"),
        pytest.param(TRACKS, "keyframes", "full", id="tracks without a sub-stream"),
        pytest.param(Needs(tracks=True, has_sub=True), "sub", "sub", id="the sub-stream is cheap always"),
        pytest.param(Needs("full"), "full", "full", id="the owner says more"),
        pytest.param(Needs("keyframes", tracks=True), "keyframes", "keyframes", id="the owner says less"),
    ],
)
def test_the_mode_follows_what_the_rules_need_and_what_goes_on(needs: Needs, idle: Mode, stirred: Mode) -> None:
    assert step(Pace(), needs, Signs(), NOON)[1].mode == idle
    assert step(Pace(), needs, Signs(moved_at=NOON), NOON)[1].mode == stirred


@pytest.mark.parametrize(
    "sign",
    [Signs(moved_at=NOON), Signs(found_at=NOON), Signs(happening=True), Signs(watched=True)],
    ids=["motion", "a find", "a happening", "an operator"],
)
@pytest.mark.parametrize(("later_s", "mode"), [(19.9, "full"), (20.0, "keyframes")])
def test_any_sign_raises_at_once_and_quiet_lowers_late(sign: Signs, later_s: float, mode: Mode) -> None:
    pace, wish = step(Pace(), TRACKS, sign, NOON)
    assert wish.mode == "full"
    quiet = Signs(moved_at=sign.moved_at, found_at=sign.found_at)
    assert step(pace, TRACKS, quiet, at(later_s))[1].mode == mode


@pytest.mark.parametrize(
    ("needs", "signs", "every_s"),
    [
        pytest.param(TRACKS, Signs(), LOOK_IDLE_S, id="nobody"),
        pytest.param(TRACKS, Signs(moved_at=NOON), LOOK_IDLE_S, id="motion is looked at anyway"),
        pytest.param(TRACKS, Signs(found_at=NOON), LOOK_TRACKING_S, id="somebody stands still under a tracker"),
        pytest.param(TRACKS, Signs(found_at=at(-5)), LOOK_IDLE_S, id="nobody for five seconds"),
        pytest.param(Needs(), Signs(found_at=NOON), LOOK_COUNTING_S, id="a crowd stands"),
        pytest.param(Needs(), Signs(happening=True), LOOK_COUNTING_S, id="a happening lasts"),
    ],
)
def test_how_often_a_still_picture_is_looked_at(needs: Needs, signs: Signs, every_s: float) -> None:
    assert step(Pace(), needs, signs, NOON)[1].look_every_s == every_s


@given(st.lists(st.tuples(st.floats(0, 30), st.booleans()), max_size=30), st.booleans(), st.booleans())
def test_a_mode_that_flickers_is_impossible(beats: list[tuple[float, bool]], tracks: bool, has_sub: bool) -> None:
    """Between two steps down lie at least the twenty seconds of quiet."""
    pace, now, downs, before = Pace(), 0.0, [], "keyframes"
    for passed_s, moves in beats:
        now += passed_s
        signs = Signs(moved_at=at(now) if moves else None)
        pace, wish = step(pace, Needs(tracks=tracks, has_sub=has_sub), signs, at(now))
        if before == "full" and wish.mode == "keyframes":
            downs.append(now)
        before = wish.mode
    assert all(b - a >= 20 for a, b in itertools.pairwise(downs))
