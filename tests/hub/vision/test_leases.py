import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.bus import Record
from contracts.outbox import Pending
from contracts.topics import SIGNALS
from hub.vision.leases import CHANNEL, FencedOutbox, Leases
from hub.wakeup import Wakeup


async def let_run_out(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE camera_shares SET held_until = now() - interval '1 ms'"))


async def test_a_share_has_one_holder_until_it_is_released_or_runs_out(engine: AsyncEngine) -> None:
    a, b = Leases(engine), Leases(engine)
    first = await a.take({1, 2})
    assert first.keys() == {1, 2}
    assert not await b.take({1, 2})
    assert (await a.take({1, 2})).keys() == {1, 2}
    await a.release({1})
    second = await b.take({1, 2})
    assert second.keys() == {1}
    assert second[1].epoch > first[1].epoch
    await let_run_out(engine)
    assert (await b.take({1, 2})).keys() == {1, 2}
    assert not await a.take({1, 2})


async def test_an_epoch_stays_while_a_holder_renews_and_grows_when_its_lease_had_run_out(engine: AsyncEngine) -> None:
    mine = Leases(engine)
    first, again = (await mine.take({1}))[1].epoch, (await mine.take({1}))[1].epoch
    await let_run_out(engine)
    assert first == again < (await mine.take({1}))[1].epoch


async def test_the_holder_is_told_that_another_waits(engine: AsyncEngine) -> None:
    a, b = Leases(engine), Leases(engine)
    assert not (await a.take({1}))[1].contested
    await b.take({1})
    assert (await a.take({1}))[1].contested
    await a.release({1})
    assert not (await b.take({1}))[1].contested


async def test_a_release_wakes_those_who_wait(engine: AsyncEngine) -> None:
    mine = Leases(engine)
    await mine.take({1})
    async with Wakeup(engine.url, CHANNEL) as wakeup:
        wakeup.clear()
        await mine.release({1})
        assert await wakeup.wait(5.0)


async def test_two_that_take_at_once_never_both_get_a_share(engine: AsyncEngine) -> None:
    workers = [Leases(engine) for _ in range(4)]
    async with asyncio.TaskGroup() as tasks:
        taking = [tasks.create_task(worker.take(set(range(16))), name="take") for worker in workers]
    taken = [share for task in taking for share in task.result()]
    assert sorted(taken) == list(range(16))


async def identities(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        return set((await connection.execute(text("SELECT identity FROM outbox"))).scalars())


async def test_what_a_former_holder_says_is_refused_once_another_has_begun(engine: AsyncEngine) -> None:
    a, b = Leases(engine), Leases(engine)
    standing = {"cam1": (1, (await a.take({1, 2}))[1].epoch)}
    standing["cam2"] = (2, (await a.take({2}))[2].epoch)
    outbox = FencedOutbox(engine, standing.get)

    def said(identity: str, camera_id: str) -> Pending:
        return Pending(identity, Record(SIGNALS, "d", b"{}", 0), camera_id=camera_id)

    await a.release({1})
    await outbox.put([said("one", "cam1"), said("two", "cam2")])  # released, and nobody has begun: it still counts
    await b.take({1})
    await outbox.put([said("three", "cam1"), said("four", "cam2"), said("five", "never held")])
    assert await identities(engine) == {"one", "two", "four"}
