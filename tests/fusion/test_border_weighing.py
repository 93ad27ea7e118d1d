"""Two incidents of two districts, weighed as two within one district are."""

from collections.abc import Callable

import pytest

from contracts.incidents import Incident, IncidentState
from contracts.signals import Signal
from fusion.border_weighing import Side, Usual, weigh_across
from fusion.policy import Params
from fusion.rethink import nats_merged
from fusion.tables import Tables
from tests.fusion.scene import Town, call, grid, seen

WEST = "990199-west"
QUIET = Usual({}, 0)
TABLES = Tables(Params())


def side(*signals: Signal, **more: object) -> Side:
    """Signals that a district fused into one incident."""
    town = Town()
    town.hear(*signals)
    incident: Incident = town.of(signals[0])
    return Side(incident.model_copy(update=more), signals)


def fire(name: str, maker: Callable[..., Signal] = call, **more: object) -> Signal:
    return maker(name, event_type="call_fire" if maker is call else "grid_emergency", kind="fire", **more)


def test_one_happening_on_a_border_is_one() -> None:
    one = side(fire("a", north=0, east=0, sigma=33))
    other = side(fire("b", grid, t=300, north=10, east=5, district=WEST))
    verdict = weigh_across(TABLES, QUIET, one, other)
    assert verdict is not None
    assert 0.5 < verdict.p < 1.0
    assert verdict.survivor == one.incident.incident_id, "of equals the older keeps its id"
    assert weigh_across(TABLES, QUIET, other, one) == verdict, "whichever side asks"


@pytest.mark.parametrize(
    "other",
    [
        side(fire("b", grid, t=300, north=600, district=WEST)),
        side(fire("b", grid, t=6 * 3600, north=10, district=WEST)),
        side(grid("b", north=10, kind="parking", event_type="illegal_parking", district=WEST)),
    ],
    ids=["far", "hours later", "another kind"],
)
def test_what_the_score_would_not_merge_stays_two(other: Side) -> None:
    assert weigh_across(TABLES, QUIET, side(fire("a", north=0, east=0, sigma=33)), other) is None


def test_the_larger_keeps_its_id() -> None:
    one = side(fire("a", north=0, east=0, sigma=33))
    other = side(
        fire("b", grid, t=300, north=10, east=5, district=WEST),
        seen("c", 200, north=8, event_type="smoke_detected", kind="fire"),
    )
    verdict = weigh_across(TABLES, QUIET, one, other)
    assert verdict is not None
    assert verdict.survivor == other.incident.incident_id


def test_a_person_set_them_apart() -> None:
    one = side(fire("a", north=0, east=0, sigma=33))
    other = side(fire("b", grid, t=300, north=10, east=5), never_with=(one.incident.incident_id,))
    assert weigh_across(TABLES, QUIET, one, other) is None
    assert weigh_across(TABLES, QUIET, other, one) is None


def test_a_person_set_them_apart_when_one_had_another_name() -> None:
    one = side(fire("a", north=0, east=0, sigma=33), redirects=("an older name",))
    other = side(fire("b", grid, t=300, north=10, east=5), never_with=("an older name",))
    assert weigh_across(TABLES, QUIET, one, other) is None
    assert weigh_across(TABLES, QUIET, other, one) is None


def test_two_are_one_from_the_probability_on_that_the_settings_ask_for() -> None:
    one = side(fire("a", north=0, east=0, sigma=33))
    other = side(fire("b", grid, t=300, north=10, east=5, district=WEST))
    verdict = weigh_across(TABLES, QUIET, one, other)
    assert verdict is not None

    def asked(p: float) -> Tables:
        params = Params()
        return Tables(params.model_copy(update={"bands": params.bands.model_copy(update={"provisional": p})}))

    assert weigh_across(asked(verdict.p), QUIET, one, other) == verdict
    assert weigh_across(asked(verdict.p + 1e-6), QUIET, one, other) is None


def test_what_a_person_confirmed_stays_where_it_is() -> None:
    one = side(fire("a", north=0, east=0, sigma=33))
    other = side(fire("b", grid, t=300, north=10, east=5), state=IncidentState.CONFIRMED)
    assert weigh_across(TABLES, QUIET, one, other) is None


def test_it_weighs_exactly_as_a_district_would() -> None:
    town = Town()
    signals = [fire("a", north=0, east=0, sigma=33), fire("b", grid, t=300, north=10, east=5)]
    params = Params()
    verdict = weigh_across(Tables(params), QUIET, side(signals[0]), side(signals[1]))
    assert verdict is not None
    never = params.model_copy(update={"bands": params.bands.model_copy(update={"provisional": 0.999999})})
    town = Town(never)
    town.hear(*signals)
    pair = list(town.state.book.incidents.values())
    assert len(pair) == 2
    assert nats_merged(town.state, *pair) > 0.0
