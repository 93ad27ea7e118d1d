"""Two seats at one hub, with real fusion behind: one corrects, the other sees it at once, and neither overrules the
other unseen."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Locator, expect
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.store.database import Database
from command_center.store.people import People, User
from contracts.bus import Record
from contracts.signals import Signal
from contracts.topics import SIGNALS, partition_of
from fusion.ledger import Ledger
from fusion.worker import FusionWorker
from hub import clock
from hub.database import outages
from hub.loopback import LoopbackBus
from hub.outbox import relay
from hub.personal import open_vault
from hub.processes.fusion import dead_letters
from tests.browser.conftest import House, Seat, Sit
from tests.fusion.scene import DISTRICT, START, call, grid, seen, signal_bytes

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SECOND = User("second", "接警员 02", "县公安局指挥中心", "dispatcher")


def lately(signal: Signal) -> Signal:
    """The same some minutes ago instead of in November: the console shows what is alive now."""
    late = clock.now() - timedelta(minutes=12) - START
    return signal.model_copy(
        update={"observed_at": signal.observed_at + late, "received_at": signal.received_at + late}
    )


@dataclass
class Hub:
    """The house with fusion in it."""

    house: House
    engine: AsyncEngine
    bus: LoopbackBus

    async def hear(self, *signals: Signal) -> None:
        """Signals, in order, and wait until they sit."""
        partition = partition_of(DISTRICT, {})
        for signal in signals:
            await self.bus.publish([Record(SIGNALS, DISTRICT, signal_bytes(lately(signal)), partition)])
            await self.home(signal.signal_id)

    async def home(self, signal_id: str) -> str:
        """The incident in which a signal sits."""
        async with asyncio.timeout(20):
            while True:
                async with self.engine.connect() as connection:
                    found = await connection.scalar(
                        text("SELECT incident_id FROM signals WHERE signal_id = :id"), {"id": signal_id}
                    )
                if found:
                    return str(found)
                await asyncio.sleep(0.02)


@asynccontextmanager
async def fusing(house: House, engine: AsyncEngine, bus: LoopbackBus) -> AsyncIterator[Hub]:
    async def pause(failures: int) -> None:
        await asyncio.sleep(0.05)

    reject = dead_letters(engine, open_vault(house.settings))
    worker = FusionWorker(bus, Ledger(engine, outages), reject, clock.now, pause, look_every_s=0.05)
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(worker.run()), group.create_task(relay(engine, bus, clock.now))]
        yield Hub(house, engine, bus)
        for task in running:
            task.cancel()


@pytest.fixture
async def hub(house: House, engine: AsyncEngine, loopback: LoopbackBus) -> AsyncIterator[Hub]:
    await People(Database(engine)).add(SECOND, clock.now())
    async with fusing(house, engine, loopback) as made:
        yield made


@pytest.fixture
async def two(hub: Hub, sit: Sit) -> Sequence[Seat]:
    """Who acts, and who looks on."""
    return await sit("dispatcher"), await sit("second")


FIGHT = call("fight", 0, north=0, east=0, kind="violence")
BRIDGE = call("bridge", 60, north=-420, east=0, kind="violence")


async def opened(seat: Seat, incident_id: str) -> Locator:
    """The incident, chosen with the mouse and read."""
    await seat.row(incident_id).click()
    panel = seat.page.get_by_test_id("incident")
    await expect(panel).to_have_attribute("data-incident-id", incident_id)
    await seat.page.get_by_test_id("why").wait_for()
    return panel


async def press(seat: Seat, *keys: str) -> None:
    for key in keys:
        await seat.page.keyboard.press(key)


async def test_a_merge_is_followed_by_the_other_seat_and_an_undo_brings_both_back(
    hub: Hub, two: Sequence[Seat]
) -> None:
    actor, other = two
    await hub.hear(FIGHT, BRIDGE)
    fight, bridge = await hub.home("fight"), await hub.home("bridge")
    await opened(actor, fight)
    panel = await opened(other, bridge)
    await press(actor, "b")
    await expect(actor.page.get_by_test_id("other").first).to_have_attribute("data-incident-id", bridge)
    await press(actor, "Enter")
    await expect(panel).to_have_attribute("data-incident-id", fight)
    await expect(other.page.get_by_test_id("followed")).to_contain_text("已并入本事件")
    await expect(other.page.get_by_test_id("signal")).to_have_count(2)
    await expect(actor.page.get_by_test_id("signal")).to_have_count(2)
    await press(actor, "u")
    await expect(other.row(bridge)).to_have_attribute("data-state", "open")
    await expect(other.page.get_by_test_id("signal")).to_have_count(1)
    assert actor.broken == other.broken == []


async def test_signals_are_split_off_and_moved_by_keys(hub: Hub, two: Sequence[Seat]) -> None:
    actor, other = two
    await hub.hear(
        FIGHT, grid("near", 30, north=10, kind="violence"), grid("also", 60, north=5, kind="violence"), BRIDGE
    )
    fight, bridge = await hub.home("fight"), await hub.home("bridge")
    assert await hub.home("also") == fight
    await opened(actor, fight)
    await opened(other, fight)
    await press(actor, "p", "3", "Enter")
    await expect(other.page.get_by_test_id("signal")).to_have_count(2)
    await press(actor, "t")
    await expect(actor.page.get_by_test_id("moved-signal")).to_contain_text("网格")
    await actor.page.locator(f'[data-testid="other"][data-incident-id="{bridge}"]').click()
    await expect(other.page.get_by_test_id("signal")).to_have_count(1)
    await opened(other, bridge)
    await expect(other.page.get_by_test_id("signal")).to_have_count(2)
    await expect(other.page.get_by_test_id("why")).to_contain_text("移动")


async def test_kind_and_place_are_what_a_person_says(hub: Hub, two: Sequence[Seat]) -> None:
    actor, other = two
    await hub.hear(FIGHT)
    fight = await hub.home("fight")
    await opened(actor, fight)
    panel = await opened(other, fight)
    await press(actor, "f")
    await actor.page.locator('[data-testid="kind"][data-kind="medical"]').click()
    await expect(panel).to_contain_text("人员伤病")
    await expect(other.row(fight)).to_have_attribute("data-state", "confirmed")
    await press(actor, "w", "ArrowUp", "ArrowUp", "ArrowRight")
    await expect(actor.page.get_by_test_id("relocate-said")).to_contain_text("22 米")
    await press(actor, "Enter")
    await expect(other.page.get_by_test_id("history")).to_contain_text("改位置")


async def test_what_is_said_to_be_apart_is_not_offered_again(hub: Hub, two: Sequence[Seat]) -> None:
    actor, other = two
    await hub.hear(FIGHT, BRIDGE)
    fight, bridge = await hub.home("fight"), await hub.home("bridge")
    await opened(actor, fight)
    await opened(other, bridge)
    await press(actor, "e", "Enter")
    await expect(other.page.get_by_test_id("incident")).to_have_attribute("data-revision", "2")
    await press(other, "e")
    await expect(other.page.get_by_test_id("other").first).to_contain_text("已标明不是一件事")
    await expect(other.page.get_by_test_id("other").first).to_be_disabled()


async def test_two_answers_to_one_question_are_not_both_taken(hub: Hub, two: Sequence[Seat]) -> None:
    actor, other = two
    await hub.hear(call(), call("again", 90))
    crowd = await hub.home("again")
    await opened(actor, crowd)
    await opened(other, crowd)
    await actor.page.get_by_test_id("accept").wait_for()
    await other.page.get_by_test_id("accept").wait_for()
    await asyncio.gather(press(actor, "m"), press(other, "n"))
    for seat in two:
        await expect(seat.page.get_by_test_id("accept")).to_have_count(0)
    said = ["", ""]
    for _ in range(200):  # fusion takes one of the two, and tells the other a moment later
        said = [await seat.page.get_by_test_id("notice").inner_text() for seat in two]
        if any("未执行" in words or "已" in words for words in said):
            break
        await asyncio.sleep(0.05)
    assert sum("已" in words or "未执行" in words for words in said) >= 1, said
    assert sum("按 U 撤销" in words for words in said) <= 1, said
    counts = [0, 1]
    for _ in range(100):  # both see what became of it, the one a moment after the other
        counts = [await seat.page.get_by_test_id("signal").count() for seat in two]
        if counts[0] == counts[1]:
            break
        await asyncio.sleep(0.05)
    assert counts[0] == counts[1]


async def test_the_bars_add_up_to_the_printed_score_in_either_unit(hub: Hub, sit: Sit) -> None:
    await hub.hear(seen(), call(), grid(words=("争吵",)))
    seat = await sit("dispatcher")
    await opened(seat, await hub.home("grid-1"))
    for unit in ("nats", "db"):
        steps = await seat.page.get_by_test_id("step").all_inner_texts()
        printed = await seat.page.get_by_test_id("why-sum").inner_text()
        assert len(steps) >= 5, unit
        assert round(sum(map(_number, steps)), 2) == _number(printed)
        await seat.page.get_by_test_id("unit-switch").click()
    await press(seat, ".")
    await expect(seat.page.get_by_test_id("about")).to_contain_text("新的事")


def _number(printed: Any) -> float:
    return float(str(printed).replace("−", "-").strip())
