import math

import pytest

from contracts.geo import Place
from fusion.engine import JournalRecord, step
from fusion.heard import hear
from fusion.policy import Params, Watch
from fusion.whereabouts import FINEST_M, WIDEST_M, covariance_of, outline_covariance
from tests.fusion.scene import FITTED, SQUARE, Town, at, call, grid, seen

ORIGIN = (SQUARE.lat, SQUARE.lon)
HERE = {"lat": SQUARE.lat, "lon": SQUARE.lon}


def odd(place: Place) -> tuple[tuple[float, float, float], list[str]]:
    said: list[str] = []
    return covariance_of(place, said), said


@pytest.mark.parametrize(
    ("sigma", "kept", "said"),
    [
        pytest.param(9.0, 9.0, [], id="usual"),
        pytest.param(1.2, FINEST_M, [], id="finer than anybody measures"),
        pytest.param(1e-300, FINEST_M, ["accuracy_impossible"], id="next to nothing"),
        pytest.param(1e300, WIDEST_M, ["accuracy_impossible"], id="huge"),
        pytest.param(math.inf, WIDEST_M, ["accuracy_impossible"], id="endless"),
    ],
)
def test_an_accuracy_that_cannot_be_is_mended_and_named(sigma: float, kept: float, said: list[str]) -> None:
    assert odd(Place(**HERE, sigma_m=sigma)) == ((kept * kept, 0.0, kept * kept), said)


@pytest.mark.parametrize("given", [(math.nan, 0.0, 4.0), (100.0, 200.0, 100.0), (-1.0, 0.0, 4.0), (math.inf, 0.0, 4.0)])
def test_a_covariance_that_cannot_be_is_replaced_by_the_round_one(given: tuple[float, float, float]) -> None:
    assert odd(Place(**HERE, sigma_m=10, covariance_m2=given)) == ((100.0, 0.0, 100.0), ["covariance_impossible"])
    assert odd(Place(**HERE, sigma_m=10, covariance_m2=(400.0, 30.0, 9.0))) == ((400.0, 30.0, 9.0), [])


def test_an_outline_is_matched_by_its_moments() -> None:
    east, both, north = outline_covariance([(-60.0, -6.0), (60.0, -6.0), (60.0, 6.0), (-60.0, 6.0)]) or (0, 0, 0)
    assert (east, both, north) == (pytest.approx(120**2 / 12), pytest.approx(0.0), pytest.approx(12**2 / 12))


def test_an_outline_that_crosses_itself_is_not_believed() -> None:
    bow = tuple((SQUARE.lat + a, SQUARE.lon + b) for a, b in ((0, 0), (0.001, 0.001), (0.001, 0), (0, 0.001)))
    assert odd(Place(**HERE, sigma_m=30, polygon=bow)) == ((900.0, 0.0, 900.0), ["outline_crosses_itself"])


@pytest.mark.parametrize(
    ("observed", "name"),
    [(at(7200), "time_in_future"), (at(-60 * 365 * 86400), "time_long_past")],
    ids=["future", "1970"],
)
def test_a_time_that_cannot_be_becomes_that_of_arrival_and_the_decision_says_so(observed: object, name: str) -> None:
    town = Town()
    decision = town.hear(call(observed_at=observed, received_at=at(60)))
    assert town.of(call()).observed_at == at(60)
    assert decision.constraints == (f"odd:{name}",)


def test_a_storm_of_one_camera_is_counted_and_not_weighed() -> None:
    town = Town()
    for number in range(10_000):
        town.take(seen(f"s-{number}", number * 0.006, camera="c", received_at=at(number * 0.006)), at(number * 0.006))
    chosen = [decision.chosen for decision in town.decisions]
    burst = Params().watch.burst
    assert chosen.count("duplicate") >= 10_000 - burst - 3
    assert len(town.state.book.signals) <= burst + 3
    incident = town.of(seen("s-0"))
    assert sum(seat.repeats for seat in town.state.book.incidents[incident.incident_id].seats.values()) > 9_900
    storm = town.decisions[-1]
    assert (storm.incident_id, storm.constraints) == (incident.incident_id, ("storm:c",))


def test_a_camera_that_speaks_slowly_is_weighed_each_time() -> None:
    town = Town()
    for number in range(30):
        town.hear(seen(f"s-{number}", 40 * number, camera="c"))
    assert all(decision.chosen != "duplicate" for decision in town.decisions)


def test_a_decision_made_while_a_source_is_silent_says_so() -> None:
    town = Town(Params(model=FITTED, watch=Watch(silent_s={"police_110": 600.0, "grid": 600.0})))
    town.hear(call())
    assert town.hear(seen(t=300)).constraints == ()
    assert town.hear(seen("cam-2", 3000, north=400)).constraints == ("source_silent:police_110",)
    town.hear(call("call-2", 3000, north=-700))
    assert town.hear(seen("cam-3", 3010, north=800)).constraints == ()


def test_a_decision_made_blind_is_looked_at_again_when_the_source_speaks() -> None:
    town = Town(Params(model=FITTED, watch=Watch(silent_s={"police_110": 60.0})))
    town.hear(call("early", -5000, north=3000), seen(), grid(t=390, north=100, kind="crowd"))
    seats = [seat for incident in town.state.book.incidents.values() for seat in incident.seats.values()]
    assert any(seat.ambiguous for seat in seats)


def test_parameters_of_the_next_version_hold_at_once_and_the_sums_follow() -> None:
    town = Town(Params())
    town.hear(seen(), call())
    before = {name: evidence.claims_nats for name, evidence in town.state.evidence.items()}
    sources = {name: one.model_copy(update={"right": 0.6}) for name, one in FITTED.sources.items()}
    other = Params(version="next", model=FITTED.model_copy(update={"sources": sources}))
    town.state, _ = step(town.state, JournalRecord(town.state.book.position + 1, at(100), other))
    assert all(evidence.claims_nats != before[name] for name, evidence in town.state.evidence.items())
    assert town.hear(grid()).params_version == "next"


def test_numbers_that_name_someone_are_left_behind() -> None:
    heard = hear(call(words=("苏A12345", "红色轿车")), ORIGIN)
    assert heard.words == ["红色轿车"]
