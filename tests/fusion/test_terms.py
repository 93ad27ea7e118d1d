import math

import pytest

from contracts.kinds import Kind
from fusion.compatibility import PAIRS, is_vague, weight
from fusion.policy import SOURCES, Params
from fusion.terms.kind import kind_term
from fusion.terms.prior import prior_term
from fusion.terms.space import space_term
from fusion.terms.time import OFFSETS_S, lag_density, onset_densities, time_term
from fusion.terms.words import words_term

MODEL = Params().model
CALL, CAMERA = SOURCES["police_110"], SOURCES["camera"]


@pytest.mark.parametrize(
    ("distance_m", "sigma_m", "for_it"),
    [
        pytest.param(38, 76, True, id="a call 38 m off"),
        pytest.param(0, 30, True, id="the same place"),
        pytest.param(0, 600, False, id="the same place, known to 600 m"),
        pytest.param(300, 76, False, id="a call 300 m off"),
    ],
)
def test_a_near_and_certain_place_speaks_for_joining(distance_m: float, sigma_m: float, for_it: bool) -> None:
    assert (space_term(distance_m, sigma_m**2, CALL.gross, MODEL).nats > 0) is for_it


@pytest.mark.parametrize(
    ("d2", "outlier"), [pytest.param(11.9, False, id="within"), pytest.param(12.1, True, id="beyond")]
)
def test_a_place_beyond_the_limit_is_an_outlier(d2: float, outlier: bool) -> None:
    assert space_term(math.sqrt(d2) * 50, 2500, CALL.gross, MODEL).outlier is outlier


def test_a_grossly_wrong_place_costs_so_much_and_no_more() -> None:
    worst = space_term(1e6, 2500, CALL.gross, MODEL).nats
    assert worst == pytest.approx(math.log(CALL.gross / MODEL.gross_m2 * MODEL.background_m2))


def test_a_call_is_likeliest_a_few_minutes_after_the_beginning() -> None:
    early, usual, late = (lag_density(lag, 600, 600, False, CALL, MODEL) for lag in (5, 150, 7200))
    assert usual > early
    assert usual > late


def test_nothing_is_reported_before_it_began_but_a_clock_may_be_wrong() -> None:
    assert lag_density(-60, 0, 600, False, CALL, MODEL) == MODEL.clock_error / 86400
    assert lag_density(-60, 0, 600, True, CALL, MODEL) > MODEL.clock_error / 86400


def test_a_lag_density_is_a_density() -> None:
    total = math.fsum(lag_density(lag, 0, 600, False, CALL, MODEL) * 5 for lag in range(1, 86_400, 5))
    assert total == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize(
    ("minutes", "for_it"), [pytest.param(1, True, id="a minute"), pytest.param(170, False, id="three hours")]
)
def test_a_call_soon_after_a_camera_speaks_for_joining(minutes: float, for_it: bool) -> None:
    onset = [math.log(d) for d in onset_densities(0, 0, 0, 1800, False, CAMERA, MODEL)]
    densities = onset_densities(60 * minutes, 0, 0, 1800, False, CALL, MODEL)
    assert len(densities) == len(OFFSETS_S)
    assert (time_term(densities, onset, MODEL) > 0) is for_it


def test_the_table_is_symmetric_and_holds_no_pair_twice() -> None:
    assert all(weight(a, b) == weight(b, a) == w for a, b, w in PAIRS)
    assert len({frozenset((a, b)) for a, b, _ in PAIRS}) == len(PAIRS)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_meets_itself_but_none_and_device_meet_nothing(kind: Kind) -> None:
    never = kind in (Kind.NONE, Kind.DEVICE)
    assert weight(kind.value, kind.value) == (0.0 if never else 1.0)
    assert kind_term(kind.value, False, {kind.value: 1}, MODEL) == (-math.inf if never else MODEL.kind_same)


def test_a_pair_that_is_not_in_the_table_never_joins() -> None:
    assert kind_term("fire", False, {"parking": 3}, MODEL) == -math.inf


def test_kinds_are_weighed_by_how_many_members_claim_them() -> None:
    mostly = kind_term("crowd", False, {"crowd": 3, "violence": 1}, MODEL)
    barely = kind_term("crowd", False, {"crowd": 1, "violence": 3}, MODEL)
    assert MODEL.kind_same > mostly > barely


def test_a_vague_category_is_neutral_and_never_better_than_the_same_kind() -> None:
    assert is_vague("grid_emergency", "road_hazard")
    assert not is_vague("grid_emergency", "crowd")
    assert not is_vague("crowd_gathering", "crowd")
    vague = kind_term("road_hazard", True, {"crowd": 1}, MODEL)
    assert abs(vague) < 0.1
    assert kind_term("crowd", False, {"road_hazard?": 1}, MODEL) == vague


def test_a_rare_word_says_more_than_a_common_one() -> None:
    rarity = {"红色轿车": 1, "争吵": 400}
    rare = words_term(("红色轿车",), {"红色轿车": 1, "东门": 2}, rarity, 1000, MODEL)
    common = words_term(("争吵",), {"争吵": 1, "东门": 2}, rarity, 1000, MODEL)
    assert rare.nats > 1 > common.nats
    assert rare.shared == ("红色轿车",)


@pytest.mark.parametrize(
    ("words", "incident"),
    [pytest.param((), {"东门": 1}, id="it says nothing"), pytest.param(("东门",), {}, id="nobody said anything")],
)
def test_silence_is_no_evidence(words: tuple[str, ...], incident: dict[str, int]) -> None:
    assert words_term(words, incident, {}, 0, MODEL) == (0.0, ())


def test_words_are_clipped_on_both_sides() -> None:
    many = tuple(f"w{n}" for n in range(60))
    assert words_term(many, {"other": 1}, {}, 0, MODEL).nats == MODEL.word_min
    assert words_term(many, dict.fromkeys(many, 1), {}, 100_000, MODEL).nats == MODEL.word_max


def test_a_repeat_of_the_same_rule_is_expected() -> None:
    assert prior_term(CAMERA, True, MODEL) - prior_term(CAMERA, False, MODEL) == MODEL.repeat
