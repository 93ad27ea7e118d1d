"""A record at which the engine fails: it becomes a dead letter, and the city's other records go on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.actions import Action
from contracts.signals import Signal, identity_of
from contracts.topics import ACTIONS, SIGNALS
from fusion.engine import Input, JournalRecord, Outputs, Tick, step
from fusion.set_aside import MOST_IN_A_ROW, Faulty
from fusion.shards import Step
from fusion.state import State
from fusion.worker import TICK_AGAIN_AFTER, FusionWorker
from hub.loopback import LoopbackBus
from tests.fusion.scene import DISTRICT, Town, action_bytes, call, grid, seen
from tests.fusion.test_worker import COUNT, Room, running


@pytest.fixture
def room(engine: AsyncEngine, loopback: LoopbackBus) -> Room:
    return Room(engine, loopback)


def failing_at(what: Callable[[Input], bool]) -> Step:
    """An engine with a fault: it changes the state, and then fails."""

    def faulty(state: State, record: JournalRecord) -> tuple[State, Outputs]:
        if what(record.body):
            state.book.position = record.position
            state.book.incidents.clear()
            raise KeyError("13800138000 said it")
        return step(state, record)

    return faulty


def is_signal(name: str) -> Callable[[Input], bool]:
    return lambda body: getattr(body, "signal_id", "") == name


async def test_a_signal_at_which_the_engine_fails_is_set_aside_and_the_rest_goes_on(room: Room) -> None:
    worker = room.worker(failing_at(is_signal("bad")))
    await promise(room, identity_of(seen("bad")))
    async with running(worker):
        await room.send(seen(), seen("bad", 5), call())
        await room.until(COUNT, 2)
        await room.send(grid())
        await room.until(COUNT, 3)
    [one] = room.rejected
    assert (one["source"], one["reason"]) == ("signals", "fusion failed at it (KeyError)")
    assert "hub rejected retry" in one["hint"]
    assert b"bad" in one["body"]
    town = Town()
    town.hear(seen(), call(), grid())
    assert set(worker.shards.state(DISTRICT).book.incidents) == set(town.state.book.incidents)
    assert await room.rows("SELECT 1 FROM outbox") == [], "and it is not published again and again"


async def test_an_action_at_which_the_engine_fails_is_set_aside(room: Room) -> None:
    town = Town()
    town.hear(seen())
    action = town.action("confirm", town.of(seen()).incident_id, 1)
    async with running(room.worker(failing_at(lambda body: isinstance(body, Action)))):
        await room.send(seen())
        await room.until(COUNT, 1)
        await room.publish(ACTIONS, action_bytes(action))
        await room.send(call())
        await room.until(COUNT, 2)
    assert [one["source"] for one in room.rejected] == ["actions"]
    assert "on the console" in room.rejected[0]["hint"]


async def test_where_the_engine_fails_at_the_passing_of_time_it_is_tried_once_a_minute(room: Room) -> None:
    tries: list[None] = []

    def at_ticks(body: Input) -> bool:
        if isinstance(body, Tick):
            tries.append(None)
        return isinstance(body, Tick)

    worker = room.worker(failing_at(at_ticks))
    await take(room, worker, seen())
    later = room.now + timedelta(hours=2)
    room.now = later
    for _ in range(3):
        await worker.pass_time(later)
    assert len(tries) == 1
    await worker.pass_time(later + TICK_AGAIN_AFTER + timedelta(seconds=1))
    assert len(tries) == 2
    for minute in range(2, MOST_IN_A_ROW + 3):
        await worker.pass_time(later + minute * (TICK_AGAIN_AFTER + timedelta(seconds=1)))
        room.now = later + minute * (TICK_AGAIN_AFTER + timedelta(seconds=1))
    await take(room, worker, call())
    assert (await room.rows(COUNT))[0][0] == 2, "what is heard is taken in all the same"
    assert room.rejected == [], "there is nothing to keep"


async def test_an_engine_that_fails_at_everything_stops_before_it_sets_a_city_aside(room: Room) -> None:
    worker = room.worker(failing_at(lambda body: hasattr(body, "signal_id")))
    with pytest.raises(Faulty, match="KeyError"):
        await take(room, worker, *[seen(f"cam-{number}", number) for number in range(MOST_IN_A_ROW + 2)])
    assert len(room.rejected) == MOST_IN_A_ROW
    assert await room.rows("SELECT 1 FROM journal") == []


async def take(room: Room, worker: FusionWorker, *signals: Signal) -> None:
    await room.send(*signals)
    await worker.take(room.bus.records(SIGNALS)[-len(signals) :])


async def promise(room: Room, identity: str) -> None:
    """What the intake keeps until fusion has journalled it."""
    async with room.engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO outbox (identity, topic, key, body) VALUES (:identity, 'signals', '', '')"),
            {"identity": identity},
        )
