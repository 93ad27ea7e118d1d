"""A simulated city sent into a running hub: the edge reads it as what it was made from, at the drill's own time."""

import json
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from contracts.bus import Record
from contracts.geo import distance_between
from contracts.intake import Feed
from contracts.signals import SIGNAL, Dispute, GridReport, Observation, PoliceAlert
from contracts.topics import SIGNALS
from contracts.wire import decode
from hub.loopback import LoopbackBus
from hub.simulate.city.day import CityDay, city_day
from hub.simulate.city.drill import Drill
from hub.simulate.city.posting import Due, Timetable, letter_of, posts, timetable
from hub.simulate.city.presets import scenario
from hub.simulate.letters import Letter
from ingest.feeds.context import FeedContext, Parsed
from ingest.feeds.parse import parse
from tests.hub.reports import GAZETTEER

STARTED = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
SMALL = {"days": 0.3, "fleet": {"count": 200}}


@cache
def day(name: str = "base") -> CityDay:
    return city_day(scenario(name, SMALL), 4)


def table(speed: float = 60.0, from_hour: float = 0.0, name: str = "base") -> Timetable:
    return timetable(day(name), started=STARTED, speed=speed, from_hour=from_hour)


def all_posts(given: Timetable, name: str = "base") -> list[Due]:
    return list(posts(day(name), given, 4, lambda _: "990199-east", {"990199-east": 3}))


def parsed(letter: Letter) -> Parsed:
    context = FeedContext(now=STARTED + timedelta(seconds=letter.due_s + 1), source="simulator", gazetteer=GAZETTEER)
    outcome = parse(letter.feed, letter.body, context)
    assert isinstance(outcome, Parsed), outcome
    return outcome


@pytest.mark.parametrize("name", ["base", "weak-categories"])
def test_the_edge_reads_a_letter_as_the_signal_it_was_made_from(name: str) -> None:
    given, read = table(speed=1.0, name=name), 0
    for signal in day(name).signals:
        if not isinstance(signal, PoliceAlert | GridReport | Dispute):
            continue
        report = parsed(letter_of(signal, given, given.due_s(signal.received_at), 4)).report
        assert (report.event_type, report.kind, report.severity) == (signal.event_type, signal.kind, signal.severity)
        assert distance_between(report.place.lat, report.place.lon, signal.place.lat, signal.place.lon) < 0.2
        assert report.place.sigma_m == pytest.approx(signal.place.sigma_m, abs=0.1)
        assert abs(report.observed_at - given.moment(signal.observed_at)) <= timedelta(seconds=1)
        assert report.time_stated == (signal.time_stated and isinstance(signal, PoliceAlert))
        assert report.exercise
        names = {word for word in signal.words if word.endswith(("路", "大街")) or word.startswith("城")}
        assert set(signal.words) - names <= set(report.words)
        read += 1
    assert read > 500


def test_a_letter_holds_a_made_up_phone_that_no_signal_keeps() -> None:
    signal = next(one for one in day().signals if isinstance(one, PoliceAlert))
    outcome = parsed(letter_of(signal, table(), 0.0, 4))
    assert outcome.caller is not None
    assert outcome.caller.phone.startswith("1390000")
    assert outcome.caller.phone not in outcome.report.model_dump_json()


def test_observations_are_records_of_signals_in_the_maps_district_at_the_drills_time() -> None:
    records = [due for due in all_posts(table()) if isinstance(due.what, Record)]
    assert records
    for due in records:
        assert isinstance(due.what, Record)
        seen = decode(due.what.value, SIGNAL)
        assert isinstance(seen, Observation)
        assert (due.what.topic, due.what.key, due.what.partition) == (SIGNALS, "990199-east", 3)
        assert seen.exercise
        assert seen.district == "990199-east"
        assert abs((seen.received_at - STARTED).total_seconds() - due.due_s) < 0.01


def test_a_faster_day_comes_in_the_same_order_in_less_time() -> None:
    slow, fast = all_posts(table(speed=1.0)), all_posts(table(speed=60.0))
    assert len(slow) == len(fast) == len(day().signals)
    assert [due.due_s for due in slow] == sorted(due.due_s for due in slow)
    assert fast[-1].due_s == pytest.approx(slow[-1].due_s / 60)
    assert fast[0].due_s == 0


def test_a_drill_from_a_later_hour_leaves_out_what_came_before() -> None:
    late = all_posts(table(from_hour=3.0))
    assert 0 < len(late) < len(day().signals)
    assert late[0].due_s >= 0


def test_two_drills_of_one_day_do_not_share_a_number() -> None:
    def numbers(started: datetime) -> set[str]:
        given = timetable(day(), started=started, speed=60.0, from_hour=0.0)
        return {
            due.what.number if isinstance(due.what, Letter) else json.loads(due.what.value)["id"]
            for due in all_posts(given)
        }

    first, second = numbers(STARTED), numbers(STARTED + timedelta(minutes=1))
    assert len(first) == len(day().signals)
    assert not first & second


def test_a_repeated_number_is_a_duplicate_or_an_update_at_the_intake() -> None:
    letters = [due.what for due in all_posts(table(name="duplicates"), "duplicates") if isinstance(due.what, Letter)]
    bodies: dict[str, set[bytes]] = {}
    for letter in letters:
        bodies.setdefault(letter.number, set()).add(letter.body)
    assert len(letters) > len(bodies)
    assert {len(own) for own in bodies.values()} == {1, 2}


class Desk:
    """A sender that keeps what it is given, at a clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now_s, self.sent = 0.0, list[tuple[float, str]]()

    async def send(self, letter: Letter) -> str:
        self.sent.append((self.now_s, letter.number))
        return "accepted"

    async def sleep(self, seconds: float) -> None:
        self.now_s += seconds


async def test_a_drill_sends_each_thing_when_it_is_due_and_stops_at_its_end(loopback: LoopbackBus) -> None:
    desk, told = Desk(), list[float]()
    drill = Drill(desk, loopback, elapsed=lambda: desk.now_s, sleep=desk.sleep)
    wanted = [due for due in all_posts(table()) if due.due_s <= 120]
    counts = await drill.run(all_posts(table()), until_s=120, told=told.append)
    assert sum(counts.values()) == len(wanted) == len(told)
    letters = [(due.due_s, due.what.number) for due in wanted if isinstance(due.what, Letter)]
    assert [number for _, number in desk.sent] == [number for _, number in letters]
    assert [at for at, _ in desk.sent] == pytest.approx([at for at, _ in letters])
    assert counts["camera:published"] == len(wanted) - len(letters)


async def test_without_a_bus_only_people_speak() -> None:
    desk = Desk()
    drill = Drill(desk, None, elapsed=lambda: desk.now_s, sleep=desk.sleep)
    counts = await drill.run(all_posts(table()), until_s=None, told=lambda _: None)
    assert set(counts) == {f"{feed.value}:accepted" for feed in (Feed.POLICE_110, Feed.GRID, Feed.DISPUTE)}
