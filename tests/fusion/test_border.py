"""The watch on the borders, over a real ledger; what merges is the score's to say and stands for itself here."""

import re
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.incidents import OVER, OVER_IN_SQL
from contracts.signals import Signal, identity_of
from fusion.border import Border
from fusion.border_weighing import Side, Usual, Verdict
from fusion.journal import read_action, read_signal
from fusion.ledger import Ledger
from fusion.ledger_border import USUAL, WORDS_OF_LATE, BorderLedger
from fusion.ledger_rows import Page
from fusion.policy import Params
from fusion.shards import Shards
from hub.database import outages
from tests.fusion.scene import START, call, grid, seen, signal_bytes

EAST, WEST = "990199-east", "990199-west"
REACH_M = 720.0


class Scene:
    """Two districts on one ledger, and the watch between them."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.ledger = Ledger(engine, outages)
        self.shards = Shards(self.ledger, Params())
        self.weighed: list[tuple[str, str]] = []
        self.says_yes = True

    def weigh(self, usual: Usual, one: Side, other: Side) -> Verdict | None:
        self.weighed.append((one.incident.district, other.incident.district))
        older = min(one, other, key=lambda side: side.incident.observed_at)
        return Verdict(older.incident.incident_id, 0.95) if self.says_yes else None

    def border(self) -> Border:
        return Border(BorderLedger(self.engine, outages, {}), self.weigh, lambda: START, reach_m=REACH_M, every_s=0.0)

    async def hear(self, *signals: Signal) -> None:
        for signal in signals:
            await self.shards.hold(signal.district)
            taken = self.shards.take([read_signal(signal_bytes(signal))], signal.received_at)
            await self.ledger.write(Page(taken, [identity_of(signal)]), at=signal.received_at)

    async def carry_out(self) -> None:
        """What lies in the outbox, as the relay and the districts would do it, until nothing is left."""
        while waiting := await self.rows("SELECT body FROM outbox ORDER BY id"):
            for row in waiting:
                incoming = read_action(bytes(row.body))
                await self.shards.hold(incoming.district)
                taken = self.shards.take([incoming], START)
                await self.ledger.write(Page(taken, [incoming.identity]), at=START)

    async def rows(self, statement: str) -> list[Any]:
        async with self.engine.connect() as connection:
            return list((await connection.execute(text(statement))).all())


@pytest.fixture
def scene(engine: AsyncEngine) -> Scene:
    return Scene(engine)


async def test_two_incidents_on_two_sides_of_a_border_become_one(scene: Scene) -> None:
    await scene.hear(seen(), call(district=WEST))
    [asked] = await scene.border().look()
    assert (asked.action, asked.district, asked.arguments["to_district"]) == ("cede", WEST, EAST)
    await scene.carry_out()
    assert await scene.rows("SELECT district, state FROM incidents ORDER BY district") == [
        (EAST, "open"), (WEST, "merged"),
    ]  # fmt: skip
    assert len(await scene.rows("SELECT DISTINCT incident_id FROM signals")) == 1


@pytest.mark.parametrize(
    ("north", "pairs"), [(REACH_M - 20, 1), (REACH_M + 40, 0)], ids=["within reach", "out of reach"]
)
async def test_only_neighbours_are_weighed(scene: Scene, north: float, pairs: int) -> None:
    await scene.hear(seen(), call(north=north, east=0, district=WEST))
    await scene.border().look()
    assert len(scene.weighed) == pairs


@pytest.mark.parametrize("signal", [call("beside"), call(district=WEST, exercise=False),
                                    seen("dead", district=WEST, event_type="camera_offline")],
                         ids=["same district", "real beside a drill", "device fault"])  # fmt: skip
async def test_what_may_not_merge_is_not_weighed(scene: Scene, signal: Signal) -> None:
    await scene.hear(seen(), signal)
    assert await scene.border().look() == []
    assert scene.weighed == []


async def test_nothing_new_is_not_weighed_again(scene: Scene) -> None:
    scene.says_yes = False
    await scene.hear(seen(), call(district=WEST))
    border = scene.border()
    await border.look()
    await border.look()
    assert len(scene.weighed) == 1
    await scene.hear(grid(district=WEST, north=21, east=30))
    await border.look()
    assert len(scene.weighed) == 2


async def test_a_second_watch_after_a_restart_asks_for_nothing_twice(scene: Scene) -> None:
    await scene.hear(seen(), call(district=WEST))
    await scene.border().look()
    await scene.border().look()
    assert len(await scene.rows("SELECT identity FROM outbox")) == 1


async def test_one_worker_at_a_time_looks(scene: Scene) -> None:
    await scene.hear(seen(), call(district=WEST))
    async with BorderLedger(scene.engine, outages, {}).look() as held:
        assert held is not None
        assert await scene.border().look() == []
    assert len(await scene.border().look()) == 1


async def test_the_words_of_late_are_found_without_sorting_all_signals(scene: Scene) -> None:
    async with scene.engine.connect() as connection:
        # So few rows would be read and sorted at once; what is asked is whether the index may be used.
        await connection.execute(text("SET LOCAL enable_sort = off"))
        plan = (await connection.execute(text(f"EXPLAIN {USUAL.text}"), {"most": WORDS_OF_LATE})).scalars().all()
    assert any("signals_with_words" in line for line in plan)


async def test_how_usual_words_are_is_counted_over_the_newest_signals(scene: Scene) -> None:
    await scene.hear(seen(), call("a", words=("浓烟", "东门")), call("b", 60, words=("浓烟",), district=WEST))
    async with BorderLedger(scene.engine, outages, {}).look() as look:
        assert look is not None
        assert await look.usual() == Usual({"浓烟": 2, "东门": 1}, 2)


async def test_the_index_of_what_lives_and_the_code_mean_the_same_states(scene: Scene) -> None:
    [row] = await scene.rows("SELECT indexdef FROM pg_indexes WHERE indexname = 'incidents_live'")
    assert set(re.findall("'([a-z]+)'", row.indexdef)) == {state.value for state in OVER}
    assert set(re.findall("'([a-z]+)'", OVER_IN_SQL)) == {state.value for state in OVER}
