from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cameras import Expected, Hours, Rule
from detectors.calendar import CHINA, expected_persons, holds, is_awake
from tests.detectors.scenes import camera

NIGHT = Hours(start=time(22), until=time(6))
FRIDAY_NIGHT = Hours(days=(5,), start=time(22), until=time(6))
SCHOOL = Hours(days=(1, 2, 3, 4, 5), start=time(16, 30), until=time(17, 30))
FAIR = Hours(dates=(date(2026, 11, 28),))


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("hours", "moment", "held"),
    [
        pytest.param(Hours(), local(23, 3), True, id="no hours are all hours"),
        pytest.param(SCHOOL, local(23, 16, 29), False, id="a minute before"),
        pytest.param(SCHOOL, local(23, 16, 30), True, id="the first minute"),
        pytest.param(SCHOOL, local(23, 17, 29), True, id="the last minute"),
        pytest.param(SCHOOL, local(23, 17, 30), False, id="over"),
        pytest.param(SCHOOL, local(28, 17), False, id="Saturday"),
        pytest.param(NIGHT, local(23, 23), True, id="before midnight"),
        pytest.param(NIGHT, local(24, 5, 59), True, id="after midnight"),
        pytest.param(NIGHT, local(24, 6), False, id="morning"),
        pytest.param(FRIDAY_NIGHT, local(27, 23), True, id="Friday evening"),
        pytest.param(FRIDAY_NIGHT, local(28, 3), True, id="its small hours are Saturday's"),
        pytest.param(FRIDAY_NIGHT, local(27, 3), False, id="Thursday's night is not Friday's"),
        pytest.param(FAIR, local(28, 0), True, id="the day of the fair"),
        pytest.param(FAIR, local(29, 0), False, id="the day after"),
    ],
)
def test_hours_hold(hours: Hours, moment: datetime, held: bool) -> None:
    assert holds(hours, moment) is held


@given(st.timedeltas(timedelta(0), timedelta(days=400)), st.times(), st.times())
def test_a_span_and_its_complement_fill_the_day(later: timedelta, start: time, until: time) -> None:
    moment = local(1, 0) + later
    here = holds(Hours(start=start, until=until), moment)
    there = holds(Hours(start=until, until=start), moment)
    assert here != there or start == until


def test_a_rule_without_hours_never_sleeps_and_one_with_several_wakes_in_each() -> None:
    assert is_awake(Rule(rule="zone_intrusion"), local(23, 3))
    guarded = Rule(rule="zone_intrusion", hours=(NIGHT, SCHOOL))
    assert [is_awake(guarded, local(23, hour)) for hour in (3, 12, 17, 23)] == [True, False, True, True]


def test_the_most_that_is_usual_counts_and_only_in_its_zone_and_hour() -> None:
    market = Expected(name="market", zone="left", hours=Hours(days=(1,)), persons=40)
    school = Expected(name="school", hours=SCHOOL, persons=25)
    there = camera(expected=(market, school))
    assert expected_persons(there, "left", local(23, 17)) == 40
    assert expected_persons(there, None, local(23, 17)) == 25
    assert expected_persons(there, "left", local(24, 17)) == 25
    assert expected_persons(there, "left", local(24, 9)) == 0
