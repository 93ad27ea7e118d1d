from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.intake import Feed
from contracts.status import SourceStatus
from hub.pulse import UNREADABLE_AFTER, Pulse, news, read_pulses, status_of
from tests.hub.reports import CALL, GRID, NOW, body, intake_on

LIMITS = {"grid": 60.0}
QUIET = Pulse("grid", NOW, 5.0, 1, 0, 0)


async def pulse(engine: AsyncEngine, feed: str, later_s: float = 0) -> Pulse:
    found = {one.feed: one for one in await read_pulses(engine, NOW + timedelta(seconds=later_s))}
    assert set(found) == {feed.value for feed in Feed}
    return found[feed]


async def send(engine: AsyncEngine, feed: Feed, document: bytes, later_s: float = 0) -> None:
    await intake_on(engine).accept(feed, document, source="desk", now=NOW + timedelta(seconds=later_s))


async def test_a_feed_never_heard_has_no_pulse(engine: AsyncEngine) -> None:
    assert await pulse(engine, "dispute") == Pulse("dispute", None, None, 0, 0, 0)


async def test_a_report_is_heard_with_its_lag(engine: AsyncEngine) -> None:
    await send(engine, Feed.GRID, body(GRID))
    assert await pulse(engine, "grid") == Pulse("grid", NOW, 1400.0, 1, 0, 0)
    assert (await pulse(engine, "police_110")).last_heard is None


async def test_repeats_and_rejections_are_signs_of_life_too(engine: AsyncEngine) -> None:
    await send(engine, Feed.GRID, body(GRID))
    await send(engine, Feed.GRID, body(GRID), later_s=30)
    assert (await pulse(engine, "grid")).last_heard == NOW + timedelta(seconds=30)
    await send(engine, Feed.GRID, b"{}", later_s=40)
    assert await pulse(engine, "grid") == Pulse("grid", NOW + timedelta(seconds=40), 1400.0, 1, 1, 1)


async def test_a_run_of_rejections_is_counted_until_something_is_read(engine: AsyncEngine) -> None:
    await send(engine, Feed.POLICE_110, b"{}")
    for n in range(3):
        await send(engine, Feed.POLICE_110, b'{"call_no": "same"}', later_s=n)
    assert (await pulse(engine, "police_110")).rejected_in_a_row == 4
    await send(engine, Feed.POLICE_110, body(CALL), later_s=10)
    assert (await pulse(engine, "police_110", later_s=10)).rejected_in_a_row == 0


async def test_counts_are_of_the_last_day(engine: AsyncEngine) -> None:
    await send(engine, Feed.GRID, body(GRID))
    assert (await pulse(engine, "grid", later_s=86_399)).accepted == 1
    assert (await pulse(engine, "grid", later_s=86_400)).accepted == 0


@pytest.mark.parametrize(("after_s", "silent"), [(60, False), (60.1, True)])
def test_a_source_is_silent_beyond_its_limit_and_since_it_was_last_heard(after_s: float, silent: bool) -> None:
    now = NOW + timedelta(seconds=after_s)
    status = status_of(QUIET, now=now, started=now, silent_after_s=LIMITS)
    assert status.silent_since == (NOW if silent else None)


def test_a_source_never_heard_is_silent_since_the_hub_began_to_listen() -> None:
    never = Pulse("grid", None, None, 0, 0, 0)
    for after_s, since in ((59, None), (61, NOW)):
        now = NOW + timedelta(seconds=after_s)
        assert status_of(never, now=now, started=NOW, silent_after_s=LIMITS).silent_since == since


def test_a_source_without_a_limit_is_never_silent() -> None:
    later = NOW + timedelta(days=365)
    assert status_of(QUIET, now=later, started=NOW, silent_after_s={}).silent_since is None


@pytest.mark.parametrize(("run", "alarm"), [(UNREADABLE_AFTER - 1, False), (UNREADABLE_AFTER, True)])
def test_a_long_run_of_nothing_but_rejected_is_an_alarm(run: int, alarm: bool) -> None:
    status = status_of(Pulse("grid", NOW, None, 0, run, run), now=NOW, started=NOW, silent_after_s=LIMITS)
    assert status.unreadable is alarm


def test_only_what_changed_is_said() -> None:
    def status(**changed: object) -> SourceStatus:
        return SourceStatus.model_validate({"source": "grid", "at": NOW} | changed)

    bad = status(unreadable=True, rejected_in_a_row=20, silent_since=NOW)
    assert len(news({}, [bad])) == 2
    assert news({"grid": bad}, [bad]) == []
    assert news({"grid": bad}, [status()]) == ["grid: reports can be read again", "grid: heard again"]
    assert news({}, [status()]) == []
