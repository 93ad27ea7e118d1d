"""wrong_way, traffic_congestion, stopped_vehicle, pedestrian_on_road."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cameras import Line
from contracts.detections import Box, Detection, Track
from detectors.rules import pedestrian_on_road, stopped_vehicle, traffic_congestion, wrong_way
from detectors.rules.happening import Intent, Phase, Sight
from detectors.rules.standing import rest
from tests.detectors.rules.playing import moving, phases, play, sight
from tests.detectors.scenes import LEFT_HALF, at, scope

LANE = Line(name="lane", start=(0.5, 0.9), end=(0.5, 0.1))
"""traffic goes up the picture"""
TALL = 0.1
METRE = TALL / 1.5


def drive(angle_deg: float, *, metres: float = 8.0, label: str = "car", looks: int = 13) -> list[tuple[float, Intent]]:
    """A car that drives so many metres in 3 s; 0° is up the lane, 180° against it."""
    dx, dy = math.sin(math.radians(angle_deg)), -math.cos(math.radians(angle_deg))
    step = metres * METRE / (looks - 1)
    track = [
        moving(1, 0.5 + dx * step * n, 0.5 + dy * step * n, label=label, tall=TALL, wide=0.15) for n in range(looks)
    ]
    return play(wrong_way, [sight(one) for one in track], scope("wrong_way", line=LANE), every_s=0.25)


@pytest.mark.parametrize(
    ("angle_deg", "told"), [(0, 0), (90, 0), (134, 0), (136, 1), (180, 1), (224, 1), (226, 0), (270, 0)]
)
def test_only_what_goes_against_the_lane_is_told(angle_deg: float, told: int) -> None:
    assert len(drive(angle_deg)) == told


@pytest.mark.parametrize(("metres", "told"), [(3.9, 0), (6.0, 1)])
def test_it_must_have_gone_some_way(metres: float, told: int) -> None:
    assert len(drive(180, metres=metres)) == told


def test_persons_may_walk_either_way() -> None:
    assert drive(180, label="person") == []


@given(st.lists(st.tuples(st.floats(-0.02, 0.02), st.floats(-0.02, 0.02)), min_size=5, max_size=60))
def test_a_parked_car_whose_box_trembles_goes_nowhere(trembles: list[tuple[float, float]]) -> None:
    sights = [sight(moving(1, 0.5 + dx, 0.5 + dy, label="car", tall=TALL)) for dx, dy in trembles]
    assert play(wrong_way, sights, scope("wrong_way", line=LANE), every_s=0.25) == []


def traffic(m_s: float, cars: int, *, seconds: float) -> list[Sight]:
    def one(n: int, look: int) -> Track:
        return moving(n, 0.05 + m_s * METRE * 0.5 * look % 0.9, 0.1 + 0.1 * n, label="car", tall=TALL)

    return [sight(*(one(n, look) for n in range(cars))) for look in range(int(seconds * 2) + 1)]


def congested(sights: list[Sight]) -> list[tuple[float, Intent]]:
    return play(traffic_congestion, sights, scope("traffic_congestion"), every_s=0.5)


@pytest.mark.parametrize(
    ("m_s", "cars", "seconds", "told"),
    [
        pytest.param(0.0, 6, 100, 1, id="stands"),
        pytest.param(1.2, 6, 100, 1, id="creeps"),
        pytest.param(1.8, 6, 100, 0, id="slow, but goes"),
        pytest.param(0.0, 4, 100, 0, id="too few"),
        pytest.param(0.0, 5, 85, 0, id="a red light"),
        pytest.param(8.0, 9, 100, 0, id="dense and fast"),
    ],
)
def test_many_slow_vehicles_for_longer_than_a_red_light(m_s: float, cars: int, seconds: float, told: int) -> None:
    assert len(congested(traffic(m_s, cars, seconds=seconds))) == told


def test_it_ends_when_traffic_flows() -> None:
    told = congested(traffic(0.0, 6, seconds=100) + traffic(8.0, 6, seconds=40))
    assert phases(told) == [Phase.BEGAN, Phase.ENDED]
    assert told[0][1].measures["speed_m_s"] == 0.0


def test_without_tracks_the_rules_of_moving_traffic_say_nothing() -> None:
    blind = [Sight((), None)] * 60
    assert play(traffic_congestion, blind, scope("traffic_congestion"), every_s=2.0) == []
    assert play(wrong_way, blind, scope("wrong_way", line=LANE), every_s=2.0) == []
    assert play(pedestrian_on_road, blind, scope("pedestrian_on_road", zone=LEFT_HALF), every_s=2.0) == []


def car(x: float, y: float = 0.5) -> Detection:
    return Detection("car", 0.8, Box(x - 0.05, y - 0.1, x + 0.05, y))


def stopped(pictures: list[tuple[Detection, ...]], **thresholds: float) -> list[tuple[float, Intent]]:
    here = scope("stopped_vehicle", zone=LEFT_HALF, **thresholds)
    return play(stopped_vehicle, [Sight(hits) for hits in pictures], here, every_s=2.0)


@pytest.mark.parametrize(("looks", "told"), [(15, 0), (16, 1)], ids=["28 s", "30 s"])
def test_a_vehicle_that_stops_on_the_carriageway_is_told_on_keyframes(looks: int, told: int) -> None:
    assert phases(stopped([(car(0.3),)] * looks)) == [Phase.BEGAN] * told


@pytest.mark.parametrize(("cars", "told"), [(3, 1), (4, 0)])
def test_a_queue_is_no_stopped_vehicle(cars: int, told: int) -> None:
    assert len(stopped([tuple(car(0.06 + 0.11 * n) for n in range(cars))] * 20)) == told


HOUR = 1800
"""looks"""


def test_what_always_stands_there_is_learned_and_never_told_again() -> None:
    kiosk = [(car(0.3),)] * 40 + [()] * 8
    told = stopped(kiosk * 400)
    began = [seconds / 3600 for seconds, intent in told if intent.phase is Phase.BEGAN]
    assert began
    assert max(began) < 9


def test_a_vehicle_that_stops_elsewhere_is_told_though_much_was_learned() -> None:
    kiosk = [(car(0.1),)] * 40 + [()] * 8
    told = stopped(kiosk * 300 + [(car(0.1), car(0.4))] * 30)
    assert told[-1][1].phase is Phase.BEGAN
    assert told[-1][1].boxes == (car(0.4).box,)


def test_one_that_stays_for_hours_is_a_happening_to_its_end() -> None:
    told = stopped([(car(0.3),)] * (8 * HOUR) + [()] * 20)
    assert phases(told)[0] is Phase.BEGAN
    assert phases(told)[-1] is Phase.ENDED
    assert Phase.ENDED not in phases(told)[:-1]


def test_with_learning_off_it_is_told_each_time() -> None:
    kiosk = [(car(0.3),)] * 40 + [()] * 12
    began = [intent for _, intent in stopped(kiosk * 60, learn_h=0) if intent.phase is Phase.BEGAN]
    assert len(began) == 60


def test_a_rule_that_sleeps_keeps_what_it_learned() -> None:
    state, here = stopped_vehicle.START, scope("stopped_vehicle", zone=LEFT_HALF)
    for look in range(400):
        state, _ = stopped_vehicle.step(state, Sight((car(0.3),)), at(2.0 * look), here)
    rested = rest(state)
    assert (rested.taken == state.taken).all()
    assert rested.taken.max() > 0
    assert rested.spots == ()


@given(st.lists(st.floats(0.05, 0.45), min_size=1, max_size=80))
def test_vehicles_that_never_stay_are_never_told(xs: list[float]) -> None:
    apart = [x for n, x in enumerate(xs) if n == 0 or abs(x - xs[n - 1]) > 0.06]
    pictures = [(car(x, 0.2 + 0.13 * (n % 6)),) for n, x in enumerate(apart)]
    assert stopped(pictures) == []


def on_road(label_below: str | None, *, looks: int) -> list[tuple[float, Intent]]:
    walker = moving(1, 0.3, 0.5)
    below = (Detection(label_below, 0.8, Box(0.27, 0.44, 0.33, 0.52)),) if label_below else ()
    here = scope("pedestrian_on_road", zone=LEFT_HALF)
    return play(pedestrian_on_road, [sight(walker, extra=below)] * looks, here, every_s=0.25)


@pytest.mark.parametrize(
    ("below", "looks", "told"),
    [(None, 8, 0), (None, 9, 1), ("bicycle", 20, 0), ("motorcycle", 20, 0), ("car", 20, 1)],
    ids=["1.75 s", "2 s", "on a bicycle", "on a motorcycle", "beside a car"],
)
def test_who_walks_on_the_road_is_told_and_who_rides_is_not(below: str | None, looks: int, told: int) -> None:
    assert len(on_road(below, looks=looks)) == told
