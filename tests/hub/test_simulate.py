"""What the simulated sources say, and when."""

import itertools
import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.cameras import Bureau
from contracts.geo import Datum, GeoPoint, Place, Position, distance_m, offset
from contracts.intake import Feed
from contracts.kinds import Kind, Severity
from contracts.signals import Observation
from hub.cli.simulate import DEMO_RATE
from hub.demo.settings import BOUNDS, MAP_DIR
from hub.simulate.letters import Clerk, Letter, Scene, changed, pinyin, spoiled
from hub.simulate.phrases import CROWD, THEMES
from hub.simulate.scenario import opening, ordinary_days
from hub.simulate.town import Town, load_town
from hub.simulate.witness import DEMO, Manner, Witnesses
from ingest.datum import to_wgs84

START = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
SQUARE = GeoPoint(lat=34.32870, lon=118.00671)


TOWN = load_town(MAP_DIR)


@pytest.fixture
def town() -> Town:
    return TOWN


def a_clerk(town: Town, seed: int = 1) -> Clerk:
    return Clerk(town, random.Random(seed), START)


def some_days(town: Town, seed: int, n: int, rate: float = 30.0) -> list[Letter]:
    rng = random.Random(seed)
    return list(itertools.islice(ordinary_days(Clerk(town, rng, START), town, rng, rate=rate, hurry=10.0), n))


def record_of(letter: Letter) -> dict[str, object]:
    document = json.loads(letter.body)
    record: dict[str, object] = document.get("data", document)
    return record


def test_the_same_seed_sends_the_same_script(town: Town) -> None:
    assert some_days(town, 7, 200) == some_days(town, 7, 200) != some_days(town, 8, 200)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), rate=st.floats(0.5, 200.0))
def test_letters_come_in_order_and_every_number_is_new_unless_it_is_said_to_repeat(seed: int, rate: float) -> None:
    letters = some_days(TOWN, seed, 120, rate)
    assert [letter.due_s for letter in letters] == sorted(letter.due_s for letter in letters)
    fresh = [letter.number for letter in letters if letter.note not in ("duplicate", "update")]
    assert len(fresh) == len(set(fresh))


def test_the_mix_is_a_countys_mix(town: Town) -> None:
    letters = some_days(town, 3, 4000)
    count = Counter(letter.feed for letter in letters)
    assert 0.7 < count[Feed.POLICE_110] / count[Feed.GRID] < 1.3
    assert 0.005 < count[Feed.DISPUTE] / len(letters) < 0.06
    notes = Counter(letter.note for letter in letters)
    calls = count[Feed.POLICE_110]
    assert 0.06 < notes["no address"] / calls < 0.14
    assert {"duplicate", "update", "late", "informant", "no address"} <= notes.keys()
    malformed = {"not JSON", "no number", "datum missing", "far away", "time unreadable"}
    assert 0.005 < sum(notes[note] for note in malformed) / len(letters) < 0.03


def test_what_happens_at_a_place_is_spread_around_it(town: Town) -> None:
    said = "".join(letter.body.decode() for letter in some_days(town, 5, 400))
    assert all(side in said for side in ("北侧", "南侧", "东侧", "西侧"))


def test_the_demo_has_two_to_four_happenings_a_minute_for_one_dispatcher_to_watch() -> None:
    a_day = sum(theme.calls + theme.grids for theme in THEMES)
    assert 2 < DEMO_RATE * a_day / 1440 < 4


def test_a_rate_of_one_is_about_a_hundred_calls_a_day(town: Town) -> None:
    calls = sum(
        letter.feed is Feed.POLICE_110
        for letter in itertools.takewhile(lambda letter: letter.due_s < 10 * 86_400, _days(town))
    )
    assert 850 < calls < 1250


def _days(town: Town) -> Iterator[Letter]:
    rng = random.Random(5)
    return ordinary_days(Clerk(town, rng, START), town, rng, rate=1.0)


def test_every_position_names_its_datum_and_lies_in_the_county(town: Town) -> None:
    south, west, north, east = BOUNDS
    odd = {"far away", "datum missing", "not JSON"}
    for letter in some_days(town, 11, 600):
        if letter.note in odd or "JJDBH" in record_of(letter):
            continue
        sent = record_of(letter)["position"]
        if sent is None:
            continue
        here = to_wgs84(Position.model_validate(sent))
        assert south <= here.lat <= north
        assert west <= here.lon <= east


def test_a_call_comes_in_our_names_or_in_pinyin_keys(town: Town) -> None:
    clerk = a_clerk(town)
    scene = Scene(SQUARE, CROWD.traits[0], 20, -60.0)
    assert CROWD.call
    records = [record_of(clerk.police_call(CROWD.call, scene, 5.0)) for _ in range(40)]
    assert {"JJDBH" in record for record in records} == {True, False}


def test_pinyin_keys_say_the_same_as_our_names() -> None:
    record = {
        "call_no": "990199000000202611240001", "reported_at": "2026-11-24T08:31:05+08:00", "happened_at": None,
        "category": "020000", "category_name": "行政（治安）类警情", "level": 2,
        "content": "有人动手", "address": "人民广场东侧",
        "landmark_no": "GC-0147", "position": {"lat": 34.327482, "lon": 118.012401, "datum": "GCJ-02"},
        "caller": {"name": "匿名", "phone": "13800000000"}, "unit_code": "990199010000", "main_call_no": None,
    }  # fmt: skip
    assert pinyin(record) == {
        "JJDBH": "990199000000202611240001", "BJSJ": "20261124083105", "JQLBDM": "020000",
        "JQLBMC": "行政（治安）类警情", "JQDJDM": "2", "BJNR": "有人动手", "JQDZ": "人民广场东侧", "TZDBH": "GC-0147",
        "FXDWJD": "118.012401", "FXDWWD": "34.327482", "BJRMC": "匿名", "LXDH": "13800000000", "GXDWDM": "990199010000",
    }  # fmt: skip


def test_a_sure_caller_is_found_within_fifty_metres_or_so(town: Town) -> None:
    clerk = a_clerk(town)
    assert CROWD.call
    far = []
    for _ in range(60):
        record = record_of(clerk.police_call(CROWD.call, Scene(SQUARE, "", 9, 0.0), 5.0, sure=True))
        lat, lon = (
            (float(str(record["FXDWWD"])), float(str(record["FXDWJD"])))
            if "FXDWWD" in record
            else (record["position"]["lat"], record["position"]["lon"])  # type: ignore[index]
        )
        far.append(distance_m(to_wgs84(Position(lat=lat, lon=lon, datum=Datum.GCJ02)), SQUARE))
    assert max(far) < 200
    assert sorted(far)[len(far) // 2] < 70


def test_the_opening_puts_rows_on_the_wall_at_once_and_tells_two_happenings_twice(town: Town) -> None:
    rng = random.Random(1)
    letters = opening(Clerk(town, rng, START), town, rng)
    assert letters[0].due_s == 0.0
    assert [letter.feed for letter in letters if letter.due_s < 15].count(Feed.POLICE_110) >= 2
    assert {Feed.POLICE_110, Feed.GRID, Feed.DISPUTE, Feed.PETITION} == {letter.feed for letter in letters}


def test_an_update_keeps_the_number_and_says_more(town: Town) -> None:
    assert CROWD.grid
    first = a_clerk(town).grid_report(CROWD.grid, Scene(SQUARE, "围观", 9, 0.0), 5.0)
    again = changed(first, 50.0)
    assert (again.number, again.due_s) == (first.number, 50.0)
    assert str(record_of(again)["description"]).startswith(str(record_of(first)["description"]))
    assert again.body != first.body


@pytest.mark.parametrize("seed", range(12))
def test_a_spoiled_letter_differs_and_says_how(town: Town, seed: int) -> None:
    assert CROWD.grid
    letter = a_clerk(town).grid_report(CROWD.grid, Scene(SQUARE, "围观", 9, 0.0), 5.0)
    bad = spoiled(letter, random.Random(seed))
    assert bad.note
    assert bad.body != letter.body


def test_every_theme_is_told_by_somebody_in_words_that_can_be_filled(town: Town) -> None:
    clerk = a_clerk(town)
    for theme in THEMES:
        assert theme.call or theme.grid
        for trait in theme.traits:
            scene = Scene(SQUARE, trait, 5, 0.0)
            letters = [clerk.police_call(theme.call, scene, 1.0)] if theme.call else []
            letters += [clerk.grid_report(theme.grid, scene, 1.0)] if theme.grid else []
            assert all(b"{" not in str(record_of(letter).get("content", "")).encode() for letter in letters)


ALWAYS = Manner(call_p=1.0, grid_p=1.0, call_lag_s=(8.0, 20.0), grid_lag_s=(20.0, 40.0), quiet_s=150.0)


def an_observation(event_type: str = "crowd_gathering", camera: str = "c1", update: int = 0) -> Observation:
    return Observation(
        signal_id="cam:c1", source_ref="c1:crowd:1", update=update, event_type=event_type, kind=Kind.CROWD,
        severity=Severity.LEVEL_3, observed_at=START, received_at=START + timedelta(seconds=1),
        place=Place(lat=SQUARE.lat, lon=SQUARE.lon, sigma_m=20.0), district="990199-east",
        bureau=Bureau.URBAN_MANAGEMENT, camera_id=camera, count=8, confidence=0.8, rule="crowd_gathering",
    )  # fmt: skip


def test_witnesses_call_and_report_soon_after_the_camera_saw_it(town: Town) -> None:
    letters = Witnesses(a_clerk(town), random.Random(2), ALWAYS).letters(an_observation(), now_s=30.0)
    assert [letter.feed for letter in letters] == [Feed.POLICE_110, Feed.GRID]
    assert 38.0 <= letters[0].due_s <= 50.0
    assert 50.0 <= letters[1].due_s <= 70.0


@pytest.mark.parametrize(
    ("seen", "later_s", "told"),
    [
        pytest.param(an_observation(update=3), 149.0, False, id="the same camera, just before it may speak again"),
        pytest.param(an_observation(update=3), 150.0, True, id="the same camera, long after"),
        pytest.param(an_observation(camera="c2"), 1.0, True, id="another camera"),
        pytest.param(an_observation("camera_offline", "c2"), 1.0, False, id="nobody sees a dead camera"),
    ],
)
def test_one_happening_is_witnessed_once(town: Town, seen: Observation, later_s: float, told: bool) -> None:
    witnesses = Witnesses(a_clerk(town), random.Random(2), ALWAYS)
    assert witnesses.letters(an_observation(), now_s=10.0)
    assert bool(witnesses.letters(seen, now_s=10.0 + later_s)) is told


def test_in_the_demo_people_are_quick_enough_to_be_watched() -> None:
    assert DEMO.grid_lag_s[1] <= 40.0
    assert DEMO.call_p > 0.5


def test_the_town_knows_its_grids_poles_and_streets(town: Town) -> None:
    assert town.grid_of(SQUARE).grid_code == "990199001002003"
    pole = town.pole_at(offset(SQUARE, east_m=100.0))
    assert pole
    assert pole.name == "GC-0147"
    assert town.address_of(SQUARE) == "人民广场"
    assert town.address_of(offset(SQUARE, east_m=90.0)) == "人民广场东侧"
