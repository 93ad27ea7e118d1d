import asyncio
from collections.abc import Awaitable, Callable, Iterable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.cameras import Camera
from hub import clock, registry
from hub.registry import Difference
from hub.vision.holding import HoldAll, SharedHolding
from hub.vision.leases import Leases
from tests.hub.test_registry import camera

TELL = Callable[[frozenset[int]], None]


class Room:
    """Remembers what it was told to hold."""

    def __init__(self) -> None:
        self.held: list[str] | None = None

    async def hold(self, cameras: Iterable[Camera]) -> Difference:
        self.held = [one.camera_id for one in cameras]
        return Difference()


class Group:
    """A member whose shares the test gives, and whose broker it takes away."""

    def __init__(self) -> None:
        self.tell: TELL = lambda shares: None
        self.silent_s = 0.0

    def confirmed_s_ago(self) -> float:
        return self.silent_s

    async def run(self, told: TELL) -> None:
        self.tell = told
        await asyncio.Event().wait()


class Worker:
    """One worker of the group."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.group, self.room = Group(), Room()
        self.holding = SharedHolding(engine, self.group, Leases(engine))

    async def run(self) -> None:
        try:
            await self.holding.run(self.room)
        finally:
            await self.holding.give_back()


async def eventually(room: Room, *camera_ids: str) -> None:
    """Wait until exactly these are held."""
    async with asyncio.timeout(20):
        while room.held != list(camera_ids):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def with_cameras(engine: AsyncEngine, *camera_ids: str) -> None:
    """Camera n has share n."""
    await registry.apply(engine, [camera(one) for one in camera_ids], clock.now())
    async with engine.begin() as connection:
        for share, camera_id in enumerate(camera_ids):
            await connection.execute(
                text("UPDATE cameras SET share = :share WHERE camera_id = :id"), {"share": share, "id": camera_id}
            )


async def running(
    *work: Callable[[], Awaitable[None]], then: Callable[[list[asyncio.Task[None]]], Awaitable[None]]
) -> None:
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        started = [tasks.create_task(_plain(one), name="work") for one in work]
        await asyncio.sleep(0.05)
        await then(started)
        for task in started:
            task.cancel()


async def _plain(work: Callable[[], Awaitable[None]]) -> None:
    await work()


async def test_alone_all_cameras_are_held_and_changes_follow_at_once(engine: AsyncEngine) -> None:
    await with_cameras(engine, "a", "b")
    room = Room()

    async def then(tasks: list[asyncio.Task[None]]) -> None:
        await eventually(room, "a", "b")
        await registry.apply(engine, [camera("b"), camera("c")], clock.now())
        await eventually(room, "b", "c")

    await running(lambda: HoldAll(engine).run(room), then=then)


async def test_a_share_is_begun_once_the_other_has_ended_it(engine: AsyncEngine) -> None:
    await with_cameras(engine, "a", "b", "c")
    one, two = Worker(engine), Worker(engine)

    async def then(tasks: list[asyncio.Task[None]]) -> None:
        assert one.room.held is None, "nothing is begun before the group has spoken"
        one.group.tell(frozenset({0, 1, 2}))
        await eventually(one.room, "a", "b", "c")
        before = one.holding.epoch("b"), one.holding.epoch("a")
        two.group.tell(frozenset({1}))  # the other is not told yet: its lease stands
        await eventually(two.room)
        await asyncio.sleep(1.5)
        assert two.room.held == []
        one.group.tell(frozenset({0, 2}))
        await eventually(one.room, "a", "c")
        await eventually(two.room, "b")
        assert two.holding.epoch("b") > before[0]
        assert one.holding.epoch("a") == before[1]
        tasks[0].cancel()  # leaves in order
        two.group.tell(frozenset({0, 1, 2}))
        await eventually(two.room, "a", "b", "c")

    await running(one.run, two.run, then=then)


async def test_a_worker_that_lost_the_broker_hands_over_what_another_was_given(engine: AsyncEngine) -> None:
    await with_cameras(engine, "a", "b")
    one, two = Worker(engine), Worker(engine)

    async def then(tasks: list[asyncio.Task[None]]) -> None:
        one.group.tell(frozenset({0, 1}))
        await eventually(one.room, "a", "b")
        one.group.silent_s = 60.0
        await asyncio.sleep(1.5)
        assert one.room.held == ["a", "b"], "nobody else wants them"
        two.group.tell(frozenset({1}))
        await eventually(two.room, "b")
        await eventually(one.room, "a")

    await running(one.run, two.run, then=then)


async def test_cameras_run_on_while_one_of_two_witnesses_stands(engine: AsyncEngine) -> None:
    await with_cameras(engine, "a")
    one = Worker(engine)

    async def then(tasks: list[asyncio.Task[None]]) -> None:
        one.group.tell(frozenset({0}))
        await eventually(one.room, "a")
        async with engine.connect() as blocking:  # the database does not answer
            await blocking.execute(text("LOCK TABLE camera_shares IN ACCESS EXCLUSIVE MODE"))
            await asyncio.sleep(8.0)
            assert one.room.held == ["a"], "the group still knows it"
            one.group.silent_s = 60.0
            await eventually(one.room)
        await eventually(one.room, "a")

    await running(one.run, then=then)
