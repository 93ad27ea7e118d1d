import math
from itertools import pairwise

import pytest

from contracts.kinds import Kind
from fusion.compatibility import PAIRS, is_vague, weight
from fusion.heard import hear
from fusion.model import LAG_BINS, LAG_EDGES_S, REAL_KINDS, SOURCE_MODELS, Lag, Model, Prior, Words
from fusion.policy import Params
from fusion.tables import UNIT_S, Tables, count_density, lag_logs, prior_row, stated_logs
from fusion.terms.kind import false_alarm_nats
from fusion.terms.prior import cell_factor, cell_name, count_nats, coverage, hour_factor, near_repeat_nats
from fusion.terms.space import (
    NOWHERE,
    ahead_of,
    centre,
    centre_with,
    nats_ahead,
    scatter_of,
    space_nats,
    space_nats_with,
    spread,
)
from fusion.terms.time import OFFSETS_S, lag_bin, lag_bins_whole, log_sum, step_of
from fusion.terms.words import Rarity, words_of_two, words_term
from fusion.voices import SILENCE
from tests.fusion.scene import SQUARE, call

MODEL = Model()
TABLES = Tables(Params())
ROUND = (100.0, 0.0, 100.0)


def lag_bins(since_s: float) -> list[int]:
    """Reckoned one by one, where the product looks them up."""
    return [lag_bin(since_s + offset) for offset in OFFSETS_S]


AT_ANCHOR = lag_bins(0.0)


def test_two_places_are_told_by_a_gaussian_of_their_difference() -> None:
    both = scatter_of(0, 0, ROUND, 0).plus(scatter_of(30, 0, ROUND, 0))
    expected = -0.5 * 30**2 / 200 - math.log(2 * math.pi * 200) + math.log(5.0e5)
    assert space_nats(both, 2) == pytest.approx(expected, abs=1e-9)


def test_two_sides_tell_without_their_sum_what_their_sum_tells() -> None:
    one = scatter_of(0, 0, ROUND, 10).plus(scatter_of(31.4, -2, (400.0, 30.0, 90.0), 10))
    other = scatter_of(70.7, 12, (9.0, 1.0, 25.0), 10)
    both = one.plus(other)
    assert space_nats_with(one, other, 3) == space_nats(both, 3)
    assert centre_with(one, other) == centre(both)[:2]


def test_what_is_expected_of_the_next_place_tells_what_the_sum_tells() -> None:
    one = scatter_of(0, 0, ROUND, 10).plus(scatter_of(31.4, -2, (400.0, 30.0, 90.0), 10))
    both = one.plus(scatter_of(70.7, 12, (9.0, 1.0, 25.0), 10))
    found = nats_ahead([ahead_of(one, space_nats(one, 2), 10)], 70.7, 12, (9.0, 1.0, 25.0))
    assert found == [pytest.approx(space_nats(both, 3), abs=1e-9)]


def test_one_place_alone_says_nothing() -> None:
    assert space_nats(scatter_of(12, 5, ROUND, 10), 1) == 0.0


def test_a_long_error_forgives_along_itself_and_not_across() -> None:
    long = (2500.0, 0.0, 25.0)
    along = scatter_of(0, 0, ROUND, 0).plus(scatter_of(60, 0, long, 0))
    across = scatter_of(0, 0, ROUND, 0).plus(scatter_of(0, 60, long, 0))
    assert space_nats(along, 2) > space_nats(across, 2) + 5


def test_the_centre_leans_to_the_better_known_place() -> None:
    x, y, (east, _, north) = centre(scatter_of(0, 0, ROUND, 0).plus(scatter_of(100, 0, (900.0, 0.0, 900.0), 0)))
    assert (x, y) == (pytest.approx(10.0), pytest.approx(0.0))
    assert east == north == pytest.approx(90.0)


def test_a_place_added_and_taken_away_leaves_nothing() -> None:
    one = scatter_of(123.4, -9876.5, (49.0, 3.0, 81.0), 12)
    assert NOWHERE.plus(one).minus(one) == NOWHERE


def test_far_places_are_scattered_and_near_ones_are_not() -> None:
    near = scatter_of(0, 0, ROUND, 0).plus(scatter_of(10, 0, ROUND, 0))
    far = scatter_of(0, 0, ROUND, 0).plus(scatter_of(100, 0, ROUND, 0))
    assert spread(near, 2) < 1 < 3 < spread(far, 2)


@pytest.mark.parametrize(
    "lag",
    [
        Lag(median_s=300, sigma=0.9, prompt=0.8, lasting_s=2400),
        Lag(median_s=30, sigma=0.8, prompt=0.3, lasting_s=1800, bins=(1 / LAG_BINS,) * LAG_BINS),
    ],
    ids=["guessed", "fitted"],
)
def test_a_lag_density_is_a_density(lag: Lag) -> None:
    logs = lag_logs(lag, MODEL)
    inside = math.fsum(
        math.exp(log) / UNIT_S * (b - a) for log, (a, b) in zip(logs, pairwise(LAG_EDGES_S), strict=False)
    )
    assert inside == pytest.approx(1 + MODEL.clock_error, abs=0.015)
    assert logs[LAG_BINS] == pytest.approx(math.log(MODEL.clock_error / 86400 * UNIT_S), abs=1e-6)


@pytest.mark.parametrize(
    ("lag_s", "expected"),
    [(0.0, 0), (4.9, 0), (5.1, 1), (LAG_EDGES_S[20] + 0.1, 20), (47.9 * 3600, LAG_BINS - 1), (48.1 * 3600, LAG_BINS)],
)
def test_each_lag_has_its_bin(lag_s: float, expected: int) -> None:
    assert lag_bin(lag_s) == expected


def test_a_signal_at_the_anchor_has_the_offsets_for_lags() -> None:
    assert lag_bins(0.0) == AT_ANCHOR
    assert AT_ANCHOR == [lag_bin(offset) for offset in OFFSETS_S]


def test_whole_seconds_find_the_same_bins_without_a_logarithm() -> None:
    edges = [round(edge) + more for edge in LAG_EDGES_S for more in (-1, 0, 1) if edge + more >= 0]
    for since in (*range(300), *edges, 86_400, 172_799, 172_800, 172_801, 172_802, 9_000_000):
        assert list(lag_bins_whole(since)) == lag_bins(float(since))


def test_seconds_of_one_step_have_the_same_bins_and_the_next_step_others() -> None:
    steps: dict[int, tuple[int, ...]] = {}
    for since in (*range(180_000), 9_000_000):
        assert steps.setdefault(step_of(since), lag_bins_whole(since)) == lag_bins_whole(since)
    assert len(set(steps.values())) == len(steps)


def test_a_lone_signal_s_time_says_next_to_nothing() -> None:
    for source, rows in TABLES.lags.items():
        for logs in rows[:-1]:
            nats = log_sum([a + logs[bin_] for a, bin_ in zip(TABLES.widths, AT_ANCHOR, strict=True)])
            assert abs(nats) < 0.35, source


@pytest.mark.parametrize(
    ("minutes", "for_it"), [pytest.param(1, True, id="a minute"), pytest.param(200, False, id="hours")]
)
def test_a_call_soon_after_a_camera_speaks_for_joining(minutes: float, for_it: bool) -> None:
    pace = TABLES.paces.index("brief")
    camera = [a + TABLES.lags["camera"][pace][bin_] for a, bin_ in zip(TABLES.widths, AT_ANCHOR, strict=True)]
    voice = [TABLES.lags["police_110"][pace][bin_] for bin_ in lag_bins(60 * minutes)]
    alone = log_sum(camera)
    assert (log_sum([a + b for a, b in zip(camera, voice, strict=True)]) - alone > 0) is for_it


def test_a_stated_time_is_about_the_beginning() -> None:
    near, late = stated_logs([0.0, 7200.0], 600.0, MODEL)
    assert near > late
    assert late == pytest.approx(math.log(MODEL.clock_error / 86400 * UNIT_S), abs=1e-6)


def test_the_table_is_symmetric_and_holds_no_pair_twice() -> None:
    assert all(weight(a, b) == weight(b, a) == w for a, b, w in PAIRS)
    assert len({frozenset((a, b)) for a, b, _ in PAIRS}) == len(PAIRS)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_meets_itself_but_none_and_device_meet_nothing(kind: Kind) -> None:
    assert weight(kind.value, kind.value) == (0.0 if kind in (Kind.NONE, Kind.DEVICE) else 1.0)
    assert (kind.value in REAL_KINDS) is (kind not in (Kind.NONE, Kind.DEVICE))


@pytest.mark.parametrize("kind", REAL_KINDS)
def test_what_a_source_claims_of_a_kind_is_a_probability(kind: str) -> None:
    row = prior_row(kind, 0.8)
    assert math.fsum(row.values()) == pytest.approx(1.0)
    assert min(row.values()) >= 0.0
    assert max(row, key=lambda claim: row[claim]) in (kind, f"{kind}?")


def test_a_kind_is_taken_for_what_is_like_it_rather_than_for_what_is_not() -> None:
    row = prior_row("traffic_accident", 0.8)
    assert row["medical"] > row["crowd"] > row.get("noise", 0.0)


def test_a_catch_all_category_may_hide_what_the_table_says_it_may() -> None:
    assert is_vague("grid_emergency", "road_hazard")
    assert not is_vague("grid_emergency", "crowd")
    assert prior_row("crowd", 0.8)["road_hazard?"] > prior_row("noise", 0.8).get("road_hazard?", 0.0)
    assert prior_row("road_hazard", 0.8)["road_hazard?"] == pytest.approx(0.4)


def test_a_burst_of_false_alarms_repeats_itself() -> None:
    assert false_alarm_nats({"parking": 3}) > false_alarm_nats({"parking": 2, "fire": 1}) + 3


def test_numbers_of_signals_are_poisson_or_wider() -> None:
    assert count_density(0, 0.7, 0.0) == pytest.approx(-0.7)
    assert count_density(3, 0.7, 0.0) == pytest.approx(3 * math.log(0.7) - 0.7)
    assert count_density(4, 0.7, 0.8) > count_density(4, 0.7, 0.0)
    whole = math.fsum(math.exp(count_density(n, 1.3, 0.6)) / math.factorial(n) for n in range(60))
    assert whole == pytest.approx(1.0)


def test_a_call_says_more_for_a_kind_that_people_call_about() -> None:
    none, one = count_nats(TABLES, SILENCE, 0.0), count_nats(TABLES, SILENCE._replace(calls=1), 0.0)
    gain = {kind: b - a for kind, a, b in zip(REAL_KINDS, none, one, strict=True)}
    assert gain["fire"] > gain["sanitation"] + 1


def test_a_camera_that_sees_the_place_and_keeps_silent_speaks_against() -> None:
    parking = REAL_KINDS.index("parking")
    assert count_nats(TABLES, SILENCE, 3.0)[parking] < count_nats(TABLES, SILENCE, 0.0)[parking]
    one = SILENCE._replace(spoke=1, cameras={"c": 1}, claims={"parking": 1})
    assert count_nats(TABLES, one, 1.0)[parking] == count_nats(TABLES, one, 0.0)[parking]


def test_rates_go_by_cell_and_hour_with_a_floor() -> None:
    cell = cell_name(34.3287, 118.0067, 0.005)
    prior = Prior(cells={cell: 4.0}, cells_of={"fire": {cell: 9.0}}, hours=tuple(float(h) for h in range(24)))
    assert cell_factor(prior, "parking", cell) == 4.0
    assert cell_factor(prior, "fire", cell) == 9.0
    assert cell_factor(prior, "parking", "0,0") == prior.floor
    assert cell_factor(Prior(), "parking", "0,0") == 1.0
    assert hour_factor(prior, 1_795_478_400.0) == 8.0  # 2026-11-24 00:00 UTC is eight in the morning in China
    assert hour_factor(prior, 1_795_478_400.0 - 8 * 3600) == prior.floor


def test_a_week_begins_on_monday() -> None:
    prior = Prior(hours=tuple(float(h) for h in range(168)))
    assert hour_factor(prior, 1_795_478_400.0) == 24.0 + 8.0  # a Tuesday


def test_coverage_is_that_of_the_cell() -> None:
    prior = Prior(coverage={cell_name(34.3287, 118.0067, 0.001): 2.5}, coverage_elsewhere=0.0)
    assert coverage(prior, 34.3287, 118.0067) == 2.5
    assert coverage(prior, 34.4, 118.0067) == 0.0


def test_near_repeats_are_asked_for_only_where_they_were_found() -> None:
    assert near_repeat_nats(Prior(), [(10.0, 60.0)]) == 0.0
    found = Prior(near_repeat=2.0)
    assert near_repeat_nats(found, [(10.0, 60.0)]) > near_repeat_nats(found, [(400.0, 60.0)]) > 0.0


WORDS = Words()


def test_a_rare_word_says_more_than_a_common_one() -> None:
    rarity = Rarity({"红色轿车": 1, "争吵": 400}, 1000)
    rare = words_term(("红色轿车",), {"红色轿车": 1, "东门": 2}, rarity, WORDS)
    common = words_term(("争吵",), {"争吵": 1, "东门": 2}, rarity, WORDS)
    assert rare.nats > 2 > common.nats
    assert [word for word, _ in rare.shared] == ["红色轿车"]
    assert words_term(("西门",), {"东门": 2}, rarity, WORDS).only_here == ("西门",)


@pytest.mark.parametrize(
    ("words", "incident"),
    [pytest.param((), {"东门": 1}, id="it says nothing"), pytest.param(("东门",), {}, id="nobody said anything")],
)
def test_silence_is_no_evidence(words: tuple[str, ...], incident: dict[str, int]) -> None:
    assert words_term(words, incident, Rarity({}, 0), WORDS) == (0.0, (), ())


def test_words_are_clipped_on_both_sides() -> None:
    many = tuple(f"w{n}" for n in range(60))
    assert words_term(many, {"other": 30}, Rarity({}, 0), WORDS).nats == WORDS.least
    assert words_term(many, dict.fromkeys(many, 1), Rarity({}, 100_000), WORDS).nats == WORDS.most


def test_two_incidents_with_one_rare_word_speak_for_each_other_either_way_round() -> None:
    rarity = Rarity({"红色轿车": 1}, 1000)
    one, other = {"红色轿车": 1, "东门": 1}, {"红色轿车": 2}
    assert words_of_two(one, other, rarity, WORDS) == pytest.approx(words_of_two(other, one, rarity, WORDS))
    assert words_of_two(one, other, rarity, WORDS) > 2 > 0 > words_of_two(one, {"西门": 2}, rarity, WORDS)


@pytest.mark.parametrize("word", ["13800001234", "苏A12345", "粤B·D12345", "32010119900101123x", "138 0000 1234"])
def test_what_may_lead_to_a_person_is_no_word(word: str) -> None:
    heard = hear(call(words=(word, "红色轿车", "3栋")), (SQUARE.lat, SQUARE.lon))
    assert heard.words == ["3栋", "红色轿车"]


def test_every_source_that_joins_has_its_model() -> None:
    assert set(SOURCE_MODELS) == set(Params().sources)
