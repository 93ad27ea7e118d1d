from dataclasses import replace

import numpy as np
import pytest

from contracts.geo import GeoPoint
from detectors.ground import Ground
from detectors.rules import crowd_density_high
from detectors.rules.happening import Phase, Sight
from tests.detectors.rules.playing import phases, play
from tests.detectors.scenes import scope, seen

SQUARE_100M = Ground(GeoPoint(lat=34.3, lon=118.0), np.diag([100.0, -100.0, 1.0]), 0.0)
"""the whole picture is 100 m × 100 m of ground"""


def people(count: int, *, apart_m: float) -> Sight:
    """A square of people so far apart, in the middle of the picture."""
    side = int(np.ceil(np.sqrt(count)))
    spots = [(0.4 + 0.01 * apart_m * (n % side), 0.4 + 0.01 * apart_m * (n // side)) for n in range(count)]
    return Sight(tuple(seen("person", x, y) for x, y in spots))


@pytest.mark.parametrize(
    ("count", "area_m2", "told"),
    [(29, 20, 0), (30, 20, 1), (9, 5, 0), (10, 5, 1)],
    ids=["1.45 a m²", "1.5 a m²", "too few for a density", "just enough"],
)
def test_it_is_persons_per_square_metre(count: int, area_m2: float, told: int) -> None:
    here = replace(scope("crowd_density_high"), area_m2=area_m2)
    assert phases(play(crowd_density_high, [people(count, apart_m=3)] * 5, here, every_s=2.0)) == [Phase.BEGAN] * told


@pytest.mark.parametrize(("apart_m", "told"), [(0.6, 1), (1.5, 0)])
def test_a_dense_knot_in_a_large_square_is_found(apart_m: float, told: int) -> None:
    here = replace(scope("crowd_density_high"), area_m2=10_000.0, ground=SQUARE_100M)
    assert len(play(crowd_density_high, [people(80, apart_m=apart_m)] * 5, here, every_s=2.0)) == told


def test_it_says_how_dense() -> None:
    here = replace(scope("crowd_density_high"), area_m2=20.0)
    [(_, intent)] = play(crowd_density_high, [people(40, apart_m=3)] * 5, here, every_s=2.0)
    assert intent.measures == {"density_per_m2": 2.0}
    assert intent.count == 40


def test_as_many_as_usual_are_no_happening() -> None:
    here = replace(scope("crowd_density_high"), area_m2=20.0, expected=40)
    assert play(crowd_density_high, [people(40, apart_m=3)] * 9, here, every_s=2.0) == []
