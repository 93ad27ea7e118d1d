"""The fit finds again what made the labels, and leaves alone what it was told nothing of."""

import math
import random
from datetime import UTC, datetime

import pytest

from contracts.cameras import Bureau, Camera, Legal
from fusion.learning import confusion, false_alarms, lags, near_repeat, places, rates
from fusion.learning.fit import LEAST_LABELS, fit_decisions, fit_rates
from fusion.learning.labels import Label, Lesson, lesson_of
from fusion.model import KINDS, LAG_EDGES_S, FalseAlarms, Lag, Model, Prior
from fusion.policy import Params
from tests.fusion.learning.lessons import accidents, label, spot
from tests.fusion.scene import call, grid, seen

KM2 = 4.0
DAYS = 10.0


def nobody(lat: float, lon: float) -> float:
    """No camera anywhere."""
    return 0.0


def camera(name: str = "c1", *, north: float = 0, east: float = 0, bearing: float = 90, angle: float = 90) -> Camera:
    return Camera(
        camera_id=name, name=name, bureau=Bureau.TRAFFIC, url="rtsp://c", place=spot(north, east), bearing_deg=bearing,
        view_angle_deg=angle, view_range_m=60, district="d",
        legal=Legal(purpose="p", sign_installed=True, filing_no="1"),
    )  # fmt: skip


@pytest.mark.parametrize(("calls", "reports"), [(1.5, 0.5), (0.4, 0.3), (4.0, 0.0)])
def test_rates_are_found_again_although_those_nobody_told_of_are_missing(calls: float, reports: float) -> None:
    happened = 1500
    known = accidents(happened, calls=calls, reports=reports)

    found = rates.fitted(known, Model(), nobody, KM2, DAYS)

    assert len(known) < happened * (1 - math.exp(-calls - reports)) + 100
    assert found.expected["police_110"]["traffic_accident"] == pytest.approx(calls, rel=0.1)
    assert found.expected["grid"]["traffic_accident"] == pytest.approx(reports, rel=0.15, abs=0.02)
    assert found.kinds["traffic_accident"].rate == pytest.approx(happened / KM2 / DAYS, rel=0.1)


def test_calls_that_fall_evenly_have_no_spread_and_a_few_with_many_have_one() -> None:
    even = rates.fitted(accidents(1000), Model(), nobody, KM2, DAYS)
    dice = random.Random(5)
    uneven = [
        one
        for number in range(400)
        for one in accidents(5, calls=dice.choice([0.2, 4.0]), reports=0.5, seed=1000 + number)
    ]

    assert even.spread["police_110"] < 0.1
    assert rates.fitted(uneven, Model(), nobody, KM2, DAYS).spread["police_110"] > 0.4


@pytest.mark.parametrize(("mean", "spread", "silence"), [(0.0, 0.0, 1.0), (1.0, 0.0, math.exp(-1)), (1.0, 1.0, 0.5)])
def test_the_chance_that_nobody_calls(mean: float, spread: float, silence: float) -> None:
    assert rates.silence_of(mean, spread) == pytest.approx(silence)


def test_a_kind_of_which_nothing_was_confirmed_is_drawn_to_the_guess_by_little() -> None:
    found = rates.fitted(accidents(200), Model(), nobody, KM2, 1.0)

    assert found.kinds["noise"].rate < KINDS["noise"].rate
    assert found.kinds["noise"].rate == pytest.approx(2 / (2 / KINDS["noise"].rate + 4), rel=1e-4)


def test_detection_and_repeats_of_cameras_that_had_it_in_view() -> None:
    watched = [
        label(
            f"a{number}",
            [call(f"call-{number}", number * 5000.0, event_type="call_traffic")]
            + [seen(f"seen-{number}-{n}", number * 5000.0 + n, camera="c", event_type="traffic_accident_suspected")
               for n in range(3) if number % 4 == 0],
            "traffic_accident",
        )
        for number in range(400)
    ]  # fmt: skip

    found = rates.fitted(watched, Model(), lambda *_: 1.0, KM2, DAYS).kinds["traffic_accident"]

    assert found.detect < 0.3
    assert found.repeats == pytest.approx(3.0, rel=0.05)


def test_lags_move_from_the_guess_to_what_was_confirmed() -> None:
    paired = [
        label(
            f"a{number}",
            [
                seen(f"seen-{number}", number * 90_000.0, camera=f"c{number}", event_type="traffic_accident_suspected"),
                call(f"call-{number}", number * 90_000.0 + 1800, event_type="call_traffic"),
            ],
            "traffic_accident",
        )
        for number in range(150)
    ]

    found, paces = lags.fitted(paired, Model())
    bins = found["police_110"][paces["traffic_accident"]].bins
    about_half_an_hour = sum(share for share, edge in zip(bins, LAG_EDGES_S, strict=False) if 1200 <= edge <= 2700)

    assert paces["traffic_accident"] == "traffic_accident"
    assert about_half_an_hour > 0.8
    assert sum(bins) == pytest.approx(1.0, abs=1e-4)
    assert paces["noise"] == KINDS["noise"].pace


def test_few_incidents_of_a_kind_share_the_lags_of_its_pace() -> None:
    _, paces = lags.fitted(accidents(40), Model())

    assert paces["traffic_accident"] == KINDS["traffic_accident"].pace


def test_a_time_that_a_caller_stated_says_nothing_of_how_late_calls_come() -> None:
    stated = [
        label(f"a{n}", [seen(f"s{n}", n * 9e4, camera="c", event_type="traffic_accident_suspected"),
                        call(f"c{n}", n * 9e4 + 5, time_stated=True, event_type="call_traffic")], "traffic_accident")
        for n in range(150)
    ]  # fmt: skip

    found, paces = lags.fitted(stated, Model())

    guess = lags.shares_of(Model().sources["police_110"].lags[KINDS["traffic_accident"].pace])
    assert found["police_110"][paces["traffic_accident"]].bins == pytest.approx(guess, abs=1e-6)


@pytest.mark.parametrize(
    ("lag_s", "found"),
    [(-0.1, None), (0.0, 0), (4.99, 0), (5.0, 1), (LAG_EDGES_S[-1] - 1, 40), (LAG_EDGES_S[-1], None)],
)
def test_the_bin_of_a_lag(lag_s: float, found: int | None) -> None:
    assert lags.bin_of(lag_s) == found


def test_a_guessed_lag_fills_its_bins() -> None:
    shares = lags.shares_of(Lag(median_s=300, sigma=0.9, prompt=0.9, lasting_s=900))

    edge = next(number for number, edge in enumerate(LAG_EDGES_S) if edge > 300)
    z = math.log(LAG_EDGES_S[edge] / 300) / 0.9
    prompt, lasting = 0.5 * math.erfc(-z / math.sqrt(2)), 1 - math.exp(-LAG_EDGES_S[edge] / 900)
    assert sum(shares) == pytest.approx(1.0)
    assert sum(shares[:edge]) == pytest.approx(0.9 * prompt + 0.1 * lasting, abs=1e-4)


def test_confusion_rows_follow_what_was_confirmed_and_sum_to_one() -> None:
    said = [label(f"a{n}", [call(f"c{n}", n, event_type="call_dispute")], "violence") for n in range(90)]

    row = confusion.fitted(said, Model())["police_110"]["violence"]

    assert row["dispute"] == pytest.approx(0.9, abs=0.02)
    assert math.fsum(row.values()) == pytest.approx(1.0, abs=1e-4)
    assert confusion.fitted(said, Model())["grid"] == {}


def test_a_camera_that_cries_wolf_is_known_and_the_others_are_drawn_together() -> None:
    bursts = [
        label(f"b{n}", [seen(f"s{n}-{i}", n * 3600 + i * 60, camera="wolf") for i in range(3)]) for n in range(30)
    ]

    found = false_alarms.fitted(bursts, FalseAlarms(), [f"c{n}" for n in range(99)] + ["wolf"], days=10.0)

    assert found.cameras["wolf"] > 2.0
    assert found.cameras["c1"] < 0.05
    assert found.burst == pytest.approx(3.0, rel=0.1)
    assert found.burst_s < FalseAlarms().burst_s


def test_a_burst_with_a_call_in_it_is_no_false_alarm_of_a_camera() -> None:
    mixed = [label("b", [seen("s", 0, camera="c"), call("c", 5)])]

    assert false_alarms.fitted(mixed, FalseAlarms(), ["c"], days=1.0).burst == FalseAlarms().burst
    assert false_alarms.nuisance(mixed, 3.0, km2=1.0, days=1.0) == pytest.approx(3 / (2 / 3 + 1), rel=1e-3)


@pytest.mark.parametrize(
    ("north", "east", "visible"),
    [(0, 30, True), (0, 61, False), (0, -30, False), (20, 21, True), (22, 20, False), (0, 59, True)],
)
def test_a_camera_sees_its_sector_and_nothing_else(north: float, east: float, visible: bool) -> None:
    point = spot(north, east)

    assert places.sees(camera(), point.lat, point.lon) is visible
    assert places.Views([camera()])(point.lat, point.lon) == float(visible)


def test_coverage_is_right_where_things_happen() -> None:
    views = places.Views([camera(f"c{n}", angle=360) for n in range(3)])
    at = [(spot(n, n).lat, spot(n, n).lon) for n in range(-20, 21, 4)]

    table = views.coverage(0.001, at)
    told = [table[f"{math.floor(lat / 0.001)},{math.floor(lon / 0.001)}"] for lat, lon in at]

    assert sum(told) / len(told) == pytest.approx(3.0, rel=0.01)


def test_places_where_much_happens_are_known_by_their_cells() -> None:
    known = accidents(1000)
    crowded = [*known, *[label(f"hot-{n}", [call(f"h{n}", n, north=700, east=700)], "traffic_accident")
                         for n in range(400)]]  # fmt: skip
    heard = [member for one in crowded for member in one.members]
    ground = places.ground_of(heard, len(crowded))

    factors = places.cells(crowded, ground)
    row, column = ground.cell_of(spot(700, 700).lat, spot(700, 700).lon)

    assert factors[f"{row},{column}"] > 3.0
    assert math.fsum(factors.values()) / len(factors) == pytest.approx(1.0, abs=0.05)


def test_hours_are_local() -> None:
    # 08:30 in China is 00:30 UTC, when the scene starts.
    morning = [label(f"a{n}", [call(f"c{n}", n * 86_400.0)], "violence") for n in range(100)]

    factors = places.hours(morning, utc_offset_h=8.0)

    assert max(range(24), key=factors.__getitem__) == 8
    assert math.fsum(factors) == pytest.approx(24.0, abs=0.1)


def test_offspring_are_told_from_a_place_where_much_happens() -> None:
    dice = random.Random(2)
    began = [(dice.uniform(0, 864_000), dice.gauss(0, 400), dice.gauss(0, 400)) for _ in range(400)]
    busy = [
        label(f"a{n}", [call(f"c{n}", t, north=north, east=east)], "violence")
        for n, (t, north, east) in enumerate(began)
    ]
    drawn = [
        label(f"b{n}", [call(f"d{n}", t + dice.expovariate(1 / 1800), north=north, east=east)], "violence")
        for n, (t, north, east) in enumerate(began[:100])
    ]

    assert near_repeat.fitted(busy, Prior(), days=10.0) < 0.5
    assert near_repeat.fitted(busy + drawn, Prior(), days=10.0) > 1.0


def test_below_fifty_labels_only_coverage_is_taken_from_the_registry() -> None:
    few = accidents(LEAST_LABELS - 1)[: LEAST_LABELS - 1]
    heard = [member for one in few for member in one.members]
    fitted = fit_rates(Params(), lesson_of(few, [], heard, [camera(angle=360)]), heard)

    assert fitted.model.kinds == Params().model.kinds
    assert fitted.model.prior.coverage
    assert fitted.model.prior.coverage_elsewhere == 0.0
    assert fit_rates(Params(), Lesson(tuple(few), (), 1.0), heard) == Params()


def test_a_fit_is_a_version_that_can_be_written_and_read() -> None:
    known = accidents(300) + [label(f"b{n}", [seen(f"s{n}", n * 99.0, camera="wolf")]) for n in range(20)]
    heard = [member for one in known for member in one.members]

    fitted = fit_decisions(fit_rates(Params(), lesson_of(known, [], heard, []), heard), [])

    assert Params.model_validate_json(fitted.model_dump_json()) == fitted
    assert fitted.model.calibration["camera"].offset == -0.5
    assert fitted == fit_decisions(fit_rates(Params(), lesson_of(known, [], heard, []), heard), [])


def test_a_share_of_the_labels_gives_the_same_rates() -> None:
    known = accidents(1200)
    heard = [member for one in known for member in one.members]

    whole = fit_rates(Params(), lesson_of(known, [], heard, []), heard)
    third = fit_rates(Params(), lesson_of(known[::3], [], heard, []), heard)

    assert third.model.kinds["traffic_accident"].rate == pytest.approx(
        whole.model.kinds["traffic_accident"].rate, rel=0.1
    )


def test_one_clock_that_is_years_off_does_not_make_the_days_years() -> None:
    heard = [member for one in accidents(300) for member in one.members]
    heard[0].at = datetime(1990, 1, 1, tzinfo=UTC).timestamp()

    assert lesson_of([], [], heard, []).days < 11


def test_nothing_heard_is_nothing_to_learn_from() -> None:
    with pytest.raises(ValueError, match="no signal was heard"):
        lesson_of([], [], [], [])


def test_the_place_of_a_label_is_not_moved_by_one_that_is_grossly_off() -> None:
    near = [grid(f"g{n}", n, north=10, east=10) for n in range(4)]
    lat, lon = Label("a", label("a", [*near, call("c", 9, north=5000)], "violence").members, "violence").place

    assert places.metres(lat, lon, spot(10, 10).lat, spot(10, 10).lon) < 1.0
