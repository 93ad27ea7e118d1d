"""How much more happens than usual, and that joining then asks for more."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fusion.activity import HALF_LIFE_S, LEAST, MOST, Activity, busier_nats
from fusion.belief import Belief
from fusion.learning.activity import usual
from fusion.model import HOUR, Model, Prior
from fusion.policy import Params
from tests.fusion.learning.lessons import label
from tests.fusion.scene import DISTRICT, FITTED, Town, call, seen

EVEN = Prior()
USUAL = 240.0
"""incidents a day: ten an hour"""


def after(hours: float, an_hour: float, activity: Activity | None = None) -> Activity:
    """So many hours in which so many incidents were founded each."""
    activity = activity or Activity()
    began = activity.at or 1_000_000.0
    activity.pass_to(began, USUAL, EVEN)
    for number in range(1, round(hours * an_hour) + 1):
        activity.pass_to(began + number * HOUR / an_hour, USUAL, EVEN)
        activity.found()
    return activity


def test_a_usual_day_is_as_usual() -> None:
    assert after(24, 10).factor == pytest.approx(1.0, abs=0.05)


def test_three_times_the_usual_is_known_within_hours_and_forgotten_within_a_day() -> None:
    busy = after(12, 30)
    assert busy.factor == pytest.approx(2.5, abs=0.2)
    assert after(24, 10, busy).factor == pytest.approx(1.0, abs=0.1)


def test_a_single_incident_more_changes_little() -> None:
    activity = after(24, 10)
    before = activity.factor
    activity.found()
    assert 1.0 < activity.factor / before < 1.02


def test_where_nobody_counted_the_usual_nothing_is_busier() -> None:
    activity = Activity()
    for minute in range(200):
        activity.pass_to(1e6 + 60.0 * minute, 0.0, EVEN)
        activity.found()
    assert activity.factor == 1.0


def test_what_was_founded_before_the_usual_was_known_makes_no_day_busy() -> None:
    activity = Activity()
    for minute in range(500):
        activity.pass_to(1e6 + 60.0 * minute, 0.0, EVEN)
        activity.found()
    assert after(1, 10, activity).factor == pytest.approx(1.0, abs=0.05)
    activity.pass_to(activity.at + 60.0, 0.0, EVEN)
    assert (activity.factor, activity.founded) == (1.0, 0.0), "a version without the usual was put into force"


def test_the_hours_of_a_day_are_no_news() -> None:
    hours = (0.2,) * 12 + (1.8,) * 12
    activity, prior = Activity(), Prior(hours=hours, utc_offset_h=0.0)
    for number in range(24 * 60):
        activity.pass_to(number * 60.0 + 60.0, USUAL, prior)
        if number % 60 < 10 * hours[number // 60]:
            activity.found()
        if number % 60 == 59 and number > 120:
            assert activity.factor == pytest.approx(1.0, abs=0.12)


@given(st.lists(st.tuples(st.floats(0, 30 * HOUR), st.integers(0, 40)), max_size=40))
def test_it_stays_within_its_bounds_whatever_comes(steps: list[tuple[float, int]]) -> None:
    activity, now = Activity(), 1e6
    for since_s, founded in steps:
        now += since_s
        activity.pass_to(now, USUAL, EVEN)
        for _ in range(founded):
            activity.found()
        assert LEAST <= activity.factor <= MOST
    assert activity.expected <= USUAL / 24 * HALF_LIFE_S / HOUR / math.log(2) + 1e-6


def test_time_that_runs_back_changes_nothing() -> None:
    activity = after(5, 10)
    before = (activity.founded, activity.expected, activity.at)
    activity.pass_to(activity.at - 100.0, USUAL, EVEN)
    assert (activity.founded, activity.expected, activity.at) == before


def test_false_alarms_do_not_multiply_with_what_happens() -> None:
    sure = Belief(-5.0, [(0, -5.0)], -math.inf, -math.inf)
    even = Belief(math.log(2.0) - 5.0, [(0, -5.0)], -5.0, -math.inf)
    assert busier_nats(3.0, sure) == pytest.approx(math.log(3.0))
    assert busier_nats(3.0, even) == pytest.approx(math.log(2.0))
    assert busier_nats(1.0, even) == 0.0


def busy_town(usual_a_day: float, incidents: int, *, exercise: bool = True) -> Town:
    """A district in which so many crashes far from everything were called in within half an hour."""
    prior = Prior(usual={DISTRICT: usual_a_day}, usual_in_drills={DISTRICT: usual_a_day})
    town = Town(Params(model=Model(false_alarms=FITTED.false_alarms, calibration=FITTED.calibration, prior=prior)))
    for number in range(incidents):
        town.hear(
            call(
                f"far-{number}", number * 30, north=5000.0 + 2000.0 * number, event_type="call_traffic",
                exercise=exercise,
            )
        )  # fmt: skip
    return town


def test_on_a_busy_day_a_second_report_must_be_nearer_to_be_the_same() -> None:
    scores, rates = [], []
    for incidents in (0, 60):
        town = busy_town(480.0, incidents)
        town.hear(seen("crash", 2000, event_type="traffic_accident_suspected"))
        decision = town.hear(call("b", 2060, north=60, event_type="call_traffic"))
        (candidate,) = decision.candidates
        assert math.fsum(candidate.terms.values()) == pytest.approx(candidate.score, abs=1e-6)
        scores.append(candidate.terms["prior"])
        rates.append(candidate.details.activity)
    assert rates[1] > 1.3 > rates[0]
    assert scores[0] - scores[1] > 0.1


def test_a_drill_does_not_make_the_real_day_busy() -> None:
    town = busy_town(24.0, 60, exercise=True)
    assert town.state.activity(exercise=True).factor > 3.0
    assert town.state.activity(exercise=False).factor == 1.0


def test_the_usual_is_counted_by_district_and_drills_apart() -> None:
    def labels(count: int, district: str, *, exercise: bool) -> list:  # type: ignore[type-arg]
        made = [label(f"{district}{n}", [call(f"{district}{n}", n, exercise=exercise)]) for n in range(count)]
        return [type(one)(one.incident_id, one.members, one.kind, district) for one in made]

    told = labels(40, "east", exercise=False) + labels(30, "west", exercise=True) + labels(19, "north", exercise=False)
    assert usual(told, 2.0, exercise=False) == {"east": 20.0}
    assert usual(told, 2.0, exercise=True) == {"west": 15.0}
