from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from contracts.cameras import Defect
from detectors.quality.diagnosis import START, step
from hub.bench.relight import Day, Night, Weather, daylight
from hub.bench.spoiling import cases, coded
from tests.detectors.quality.scenes import HEIGHT, WIDTH, street

MIDNIGHT = datetime(2026, 6, 1, tzinfo=UTC)
EVERY_S = 25


@pytest.mark.parametrize("night", ["lamps", "infrared"])
@pytest.mark.parametrize(
    ("start_h", "end_h"), [(17.9, 19.1), (5.5, 6.5), (23.3, 23.7)], ids=["dusk", "dawn", "lamps off"]
)
def test_no_change_of_light_is_taken_for_a_defect(night: Night, start_h: float, end_h: float) -> None:
    day, state = Day(WIDTH, HEIGHT, Weather(night=night)), START
    for number in range(round((end_h - start_h) * 3600 / EVERY_S)):
        hour = start_h + number * EVERY_S / 3600
        picture = coded(day.relit(street(number), hour, number))
        state, verdict = step(state, picture, MIDNIGHT + timedelta(hours=hour))
        assert not verdict.defects, f"at {hour:.2f} h"


def test_the_sun_rises_once_and_sets_once() -> None:
    light = [daylight(hour / 10) for hour in range(240)]
    assert (light[0], light[120], light[-1]) == (0.0, 1.0, 0.0)
    assert (np.diff(light[:121]) >= 0).all()
    assert (np.diff(light[120:]) <= 0).all()


def test_every_defect_that_pictures_show_is_injected_and_changes_them() -> None:
    clean = street(1)
    every = cases(street(2))
    assert {case.defect for case in every} == set(Defect) - {Defect.NO_STREAM}
    assert {case.defect for case in every if case.must} == set(Defect) - {Defect.NO_STREAM}
    for case in every:
        assert case.spoil(clean, 1).shape == clean.shape
        assert (case.spoil(clean, 1) != clean).any()
