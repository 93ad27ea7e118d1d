"""Versions in PostgreSQL: a person applies one, takes it back, and a worker goes by it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.errors import ConfigurationError, Refused
from fusion.ledger import Ledger
from fusion.ledger_versions import Versions
from fusion.policy import Params
from fusion.worker import FusionWorker, InForce
from hub.database import outages
from hub.loopback import LoopbackBus
from tests.fusion.scene import call, seen
from tests.fusion.test_worker import Room, running

AT = datetime(2026, 11, 27, 3, tzinfo=UTC)
ONE, TWO = Params(version="2026-11-26-one"), Params(version="2026-11-27-two")


@pytest.fixture
async def versions(engine: AsyncEngine) -> Versions:
    store = Versions(engine, outages)
    for params in (ONE, TWO):
        await store.keep(params, {"version": params.version}, at=AT)
    return store


async def test_nothing_is_in_force_until_a_person_says_so(versions: Versions) -> None:
    assert await versions.in_force() is None
    await versions.apply(ONE.version, login="wang", reason="fits", at=AT)
    assert await versions.in_force() == ONE


async def test_taking_back_brings_the_one_before_and_at_last_the_settings(versions: Versions) -> None:
    await versions.apply(ONE.version, login="wang", reason="fits", at=AT)
    await versions.apply(TWO.version, login="li", reason="fits better", at=AT)

    assert await versions.take_back(login="wang", reason="river", at=AT) == ONE.version
    assert await versions.in_force() == ONE
    assert await versions.take_back(login="wang", reason="river", at=AT) is None
    assert await versions.in_force() is None
    with pytest.raises(Refused, match="no version is in force"):
        await versions.take_back(login="wang", reason="again", at=AT)


@pytest.mark.parametrize(
    ("version", "reason", "why"),
    [("nothing", "x", "no parameter version nothing"), (ONE.version, "  ", "a reason is needed")],
)
async def test_a_version_that_is_not_there_or_without_a_reason_is_refused(
    versions: Versions, version: str, reason: str, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        await versions.apply(version, login="wang", reason=reason, at=AT)
    assert await versions.in_force() is None


async def test_what_is_in_force_is_not_applied_twice(versions: Versions) -> None:
    await versions.apply(ONE.version, login="wang", reason="fits", at=AT)
    with pytest.raises(Refused, match="in force already"):
        await versions.apply(ONE.version, login="li", reason="too", at=AT)


async def test_who_did_what_is_listed_and_the_report_is_kept(versions: Versions) -> None:
    await versions.apply(ONE.version, login="wang", reason="fits", at=AT)

    listed = await versions.listed()

    assert [(one.version, one.act, one.login) for one in listed] == [
        (ONE.version, "apply", "wang"), (TWO.version, "", ""),
    ]  # fmt: skip
    assert await versions.report(ONE.version) == {"version": ONE.version}
    with pytest.raises(Refused, match="no parameter version"):
        await versions.report("other")


async def test_a_take_back_is_listed_with_the_version_that_was_taken_back(versions: Versions) -> None:
    await versions.apply(ONE.version, login="wang", reason="fits", at=AT)
    await versions.apply(TWO.version, login="li", reason="newer", at=AT)
    await versions.take_back(login="li", reason="too many joins", at=AT)
    await versions.take_back(login="wang", reason="the river", at=AT)

    assert [(one.version, one.act, one.login, one.reason) for one in await versions.listed()] == [
        (ONE.version, "apply", "wang", "fits"), (ONE.version, "take_back", "wang", "the river"),
        (TWO.version, "apply", "li", "newer"), (TWO.version, "take_back", "li", "too many joins"),
    ]  # fmt: skip


async def test_the_same_version_again_changes_nothing(versions: Versions) -> None:
    await versions.keep(ONE, {"version": "another report"}, at=AT)

    assert await versions.report(ONE.version) == {"version": ONE.version}


async def test_an_answer_about_a_silent_decision_is_a_word(versions: Versions, engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO labels VALUES ('d', 's', 'i', 'grid', 'join', 2.5, true, 50, 'v', 'wang', :at)"),
            {"at": AT},
        )

    word = (await versions.audits(None))[0]

    assert (word.signal_id, word.others, word.same, word.weight) == ("s", frozenset({"i"}), True, 50.0)
    assert await versions.audits(datetime(2026, 11, 28, tzinfo=UTC)) == []


async def test_a_worker_goes_by_the_version_in_force_from_the_next_record_on(
    versions: Versions, engine: AsyncEngine, loopback: LoopbackBus
) -> None:
    room = Room(engine, loopback)
    async with running(worker_of(room, Versions(engine, outages).in_force)):
        await room.send(seen())
        await room.until("SELECT count(*) FROM journal WHERE record_type = 'signal'", 1)
        await versions.apply(TWO.version, login="wang", reason="fits", at=AT)
        await room.until("SELECT count(*) FROM parameter_acts", 1)
        number = 0
        while not (await room.rows("SELECT 1 FROM journal WHERE record_type = 'params' AND position > 1")):
            number += 1
            await room.send(call(f"call-{number}", 53 + number))
            await room.until("SELECT count(*) FROM journal WHERE record_type = 'signal'", 1 + number)

    rows = await room.rows("SELECT position, record_type, record FROM journal ORDER BY position")
    second = next(row for row in rows if row.record_type == "params" and row.position > 1)
    assert Params.model_validate_json(bytes(second.record)) == TWO
    after = next(row for row in rows if row.position == second.position + 1)
    assert after.record_type == "signal"


async def test_a_restart_goes_by_the_version_in_force_and_journals_it_no_second_time(
    versions: Versions, engine: AsyncEngine, loopback: LoopbackBus
) -> None:
    room = Room(engine, loopback)
    await versions.apply(ONE.version, login="wang", reason="fits", at=AT)
    for number in (1, 2):
        async with running(worker_of(room, Versions(engine, outages).in_force)):
            await room.send(call(f"call-{number}", 53 + number))
            await room.until("SELECT count(*) FROM journal WHERE record_type = 'signal'", number)

    rows = await room.rows("SELECT record FROM journal WHERE record_type = 'params'")
    assert [Params.model_validate_json(bytes(row.record)) for row in rows] == [ONE]


async def test_parameters_of_another_release_are_told_and_the_worker_goes_on(
    versions: Versions, engine: AsyncEngine, loopback: LoopbackBus
) -> None:
    room, store = Room(engine, loopback), Versions(engine, outages)
    await versions.apply(ONE.version, login="wang", reason="fits", at=AT)
    async with engine.begin() as connection:
        await connection.execute(text("""UPDATE parameter_versions SET params = '{"version": "x", "gone": 1}'"""))

    with pytest.raises(ConfigurationError, match="Extra inputs") as bad:
        await store.in_force()
    assert ONE.version in bad.value.where
    async with running(worker_of(room, store.in_force)):
        await room.send(seen())
        await room.until("SELECT count(*) FROM journal WHERE record_type = 'signal'", 1)


def worker_of(room: Room, in_force: InForce) -> FusionWorker:
    return FusionWorker(
        room.bus, Ledger(room.engine, outages), room.reject, room.clock, room.pause,
        look_every_s=0.01, in_force=in_force,
    )  # fmt: skip
