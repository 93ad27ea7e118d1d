import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts import wire
from contracts.errors import DatabaseUnavailable
from contracts.intake import Feed, IntakeAnswer, IntakeStatus
from contracts.signals import SIGNAL, PoliceAlert, Signal, identity_of
from hub.database import create_engine
from hub.intake import Incoming, PostgresIntake
from hub.loopback import LoopbackBus
from hub.outbox import CHANNEL, publish_batch
from hub.outbox_handover import Handover, pass_on
from hub.personal import PostgresPersonalFields
from hub.wakeup import Wakeup
from tests.hub.reports import CALL, GRID, NOW, PETITION, VAULT, body, intake_on


async def rows(engine: AsyncEngine, sql: str) -> list[tuple[object, ...]]:
    async with engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(sql))]


async def promised(engine: AsyncEngine) -> list[Signal]:
    bodies = await rows(engine, "SELECT body FROM outbox WHERE topic = 'signals' ORDER BY id")
    return [wire.decode(bytes(one[0]), SIGNAL) for one in bodies]  # type: ignore[arg-type]


async def accept(engine: AsyncEngine, feed: Feed, document: bytes, **settings: object) -> IntakeAnswer:
    return await intake_on(engine, **settings).accept(feed, document, source="desk", now=NOW)


async def test_a_call_is_seen_its_caller_sealed_and_its_signal_promised(engine: AsyncEngine) -> None:
    answer = await accept(engine, Feed.POLICE_110, body(CALL))
    assert (answer.status, answer.errors, answer.warnings) == (IntakeStatus.ACCEPTED, (), ())
    [signal] = await promised(engine)
    assert isinstance(signal, PoliceAlert)
    assert (signal.signal_id, signal.update, signal.received_at) == (answer.signal_id, 0, NOW)
    [row] = await rows(engine, "SELECT identity, key, partition FROM outbox")
    assert row == (identity_of(signal), "990199-east", sum(b"990199-east") % 16)
    details = await PostgresPersonalFields(engine, VAULT).reveal(signal.signal_id)
    assert details is not None
    assert (details.name, details.phone, details.content_original) == ("张三丰", "13800000000", CALL["content"])


async def test_nothing_personal_lies_open_in_any_table(engine: AsyncEngine) -> None:
    await accept(engine, Feed.POLICE_110, body(CALL))
    await accept(engine, Feed.POLICE_110, body(CALL, call_no="2", reported_at="yesterday"))
    tables = ("outbox", "intake_seen", "personal_fields", "rejected", "audit")
    dump = str([await rows(engine, f"SELECT * FROM {table}") for table in tables])
    plain = dump + str([bytes(one[0]).decode() for one in await rows(engine, "SELECT body FROM outbox")])  # type: ignore[arg-type]
    assert "13800000000" not in plain
    assert "张三丰" not in plain


async def test_a_body_that_is_too_large_is_listed_without_it_and_counted(engine: AsyncEngine) -> None:
    intake = intake_on(engine)
    for _ in range(2):
        answer = await intake.refuse_too_large(Feed.GRID, 2_000_000, source="desk", now=NOW)
    assert (answer.status, answer.kept) == (IntakeStatus.REJECTED, False)
    assert await rows(engine, "SELECT rejected_id, source, times, sealed FROM rejected") == [
        (answer.rejected_id, "grid", 2, None)
    ]


@pytest.mark.parametrize(("members", "kept"), [({}, False), ({"class_name": "申诉求决类"}, True)], ids=["no", "yes"])
async def test_a_petition_is_only_kept_once_its_class_was_read(
    engine: AsyncEngine, members: dict[str, str], kept: bool
) -> None:
    answer = await accept(engine, Feed.PETITION, body(PETITION, **({"class_name": None} | members), accepted_at="?"))
    assert (answer.status, answer.kept) == (IntakeStatus.REJECTED, kept)


async def test_what_is_handed_over_is_in_the_outbox_already_and_marked_as_published(engine: AsyncEngine) -> None:
    handover = Handover(most=1)
    intake = PostgresIntake(engine, VAULT, intake_on(engine)._doors, handover)
    await intake.accept(Feed.POLICE_110, body(CALL), source="desk", now=NOW)
    await intake.accept(Feed.GRID, body(GRID), source="desk", now=NOW)
    assert [one.record.key for one in await handover.take()] == ["990199-east"]
    assert await rows(engine, "SELECT published_at, tries FROM outbox ORDER BY id") == [(NOW, 1), (None, 0)]


async def test_without_a_broker_what_was_handed_over_goes_back_to_the_relays(
    engine: AsyncEngine, loopback: LoopbackBus
) -> None:
    handover = Handover()
    intake = PostgresIntake(engine, VAULT, intake_on(engine)._doors, handover)
    loopback.stop()
    await intake.accept(Feed.POLICE_110, body(CALL), source="desk", now=NOW)
    async with Wakeup(engine.url, CHANNEL) as relays, asyncio.TaskGroup() as tasks:
        relays.clear()
        passing = tasks.create_task(pass_on(handover, engine, loopback), name="handed over")
        assert await relays.wait(20.0)
        passing.cancel()
    assert await rows(engine, "SELECT published_at, tries FROM outbox") == [(None, 0)]
    loopback.start()
    assert await publish_batch(engine, loopback, NOW) == 1


async def test_the_very_same_content_is_a_duplicate_in_any_form_and_order(engine: AsyncEngine) -> None:
    first = await accept(engine, Feed.POLICE_110, body(CALL))
    turned = dict(reversed(CALL.items()), unknown="member", level="2")
    second = await accept(engine, Feed.POLICE_110, body(turned))
    assert (second.status, second.signal_id) == (IntakeStatus.DUPLICATE, first.signal_id)
    assert len(await promised(engine)) == 1


async def test_changed_content_is_the_next_update_of_the_same_signal(engine: AsyncEngine) -> None:
    answers = [
        await accept(engine, Feed.POLICE_110, body(CALL)),
        await accept(engine, Feed.POLICE_110, body(CALL, level=1)),
        await accept(engine, Feed.POLICE_110, body(CALL, level=1, caller={"name": "李四", "phone": "13900000000"})),
        await accept(engine, Feed.POLICE_110, body(CALL)),
    ]
    assert [answer.status.value for answer in answers] == ["accepted", "accepted", "accepted", "duplicate"]
    assert len({answer.signal_id for answer in answers}) == 1
    assert [(signal.update, signal.severity) for signal in await promised(engine)] == [(0, 2), (1, 1), (2, 1)]
    details = await PostgresPersonalFields(engine, VAULT).reveal(str(answers[0].signal_id))
    assert details is not None
    assert details.phone == "13900000000"


async def test_a_batch_with_the_same_number_many_times_keeps_its_order(engine: AsyncEngine) -> None:
    levels = (3, 3, 2, 1, 2)
    batch = [Incoming(Feed.POLICE_110, body(CALL, level=level), "desk") for level in levels]
    batch.insert(2, Incoming(Feed.GRID, body(GRID), "grid"))
    batch.insert(4, Incoming(Feed.POLICE_110, b"{", "desk"))
    answers = await intake_on(engine).accept_many(batch, now=NOW)
    assert [answer.status.value for answer in answers] == [
        "accepted", "duplicate", "accepted", "accepted", "rejected", "accepted", "duplicate",
    ]  # fmt: skip
    calls = [signal for signal in await promised(engine) if isinstance(signal, PoliceAlert)]
    assert [(call.update, call.severity) for call in calls] == [(0, 3), (1, 2), (2, 1)]


async def test_the_same_number_of_two_sources_is_two_signals(engine: AsyncEngine) -> None:
    intake = intake_on(engine)
    answers = [await intake.accept(Feed.GRID, body(GRID), source=source, now=NOW) for source in ("a", "b")]
    assert [answer.status for answer in answers] == [IntakeStatus.ACCEPTED] * 2
    assert len({identity_of(signal) for signal in await promised(engine)}) == 2


async def test_many_at_once_with_one_number_are_accepted_once(engine: AsyncEngine) -> None:
    intake = intake_on(engine)
    statuses: list[str] = []

    async def send(level: int) -> None:
        answer = await intake.accept(Feed.POLICE_110, body(CALL, level=level), source="desk", now=NOW)
        statuses.append(answer.status.value)

    async with asyncio.TaskGroup() as group:
        for n in range(16):
            group.create_task(send(1 + n % 2))
    assert sorted(statuses) == ["accepted"] * 2 + ["duplicate"] * 14
    assert sorted(signal.update for signal in await promised(engine)) == [0, 1]


async def test_what_cannot_be_read_is_a_dead_letter_with_its_reason_and_a_reference_on_the_bus(
    engine: AsyncEngine,
) -> None:
    wrong = body(CALL, position={"lat": 34.3, "lon": 118.0})
    answer = await accept(engine, Feed.POLICE_110, wrong)
    assert answer.status is IntakeStatus.REJECTED
    [error] = answer.errors
    assert (error.field, error.reason, error.hint) == (
        "position.datum", "missing", "WGS-84, CGCS2000, GCJ-02 or BD-09",
    )  # fmt: skip
    [row] = await rows(engine, "SELECT source, origin, source_ref, reason, field, status, sealed FROM rejected")
    assert row[:6] == ("police_110", "desk", CALL["call_no"], "missing", "position.datum", "waiting")
    assert VAULT.unseal(bytes(row[6]), of=str(answer.rejected_id)) == wrong  # type: ignore[arg-type]
    [(topic, key)] = await rows(engine, "SELECT topic, key FROM outbox")
    assert (topic, key) == ("rejected", "police_110")


async def test_the_same_wrong_body_is_counted_and_not_piled_up(engine: AsyncEngine) -> None:
    first, second = [await accept(engine, Feed.GRID, b"[]") for _ in range(2)]
    assert first.rejected_id == second.rejected_id
    assert await rows(engine, "SELECT times FROM rejected") == [(2,)]


async def test_an_informants_petition_leaves_a_count_and_an_audit_entry_and_nothing_else(engine: AsyncEngine) -> None:
    answer = await accept(engine, Feed.PETITION, body(PETITION, class_name="检举控告类", content="某局某人受贿"))
    assert answer.status is IntakeStatus.REFUSED
    assert await rows(engine, "SELECT source, source_ref, status, sealed FROM rejected") == [
        ("petition", "", "refused", None)
    ]
    [(act, login, target)] = await rows(engine, "SELECT act, login, object FROM audit")
    assert (act, login, target) == ("petition_refused", "desk", answer.rejected_id)
    everything = str([await rows(engine, f"SELECT * FROM {table}") for table in ("outbox", "rejected", "audit")])
    assert "XF-1" not in everything
    assert "受贿" not in everything


async def test_the_settings_mark_everything_as_an_exercise(engine: AsyncEngine) -> None:
    await accept(engine, Feed.GRID, body(GRID), exercise=True)
    assert [signal.exercise for signal in await promised(engine)] == [True]


async def test_a_duplicate_is_a_sign_of_life(engine: AsyncEngine) -> None:
    intake = intake_on(engine)
    for later in (0, 60):
        await intake.accept(Feed.GRID, body(GRID), source="grid", now=NOW + timedelta(seconds=later))
    assert await rows(engine, "SELECT received_at, heard_at FROM intake_seen") == [(NOW, NOW + timedelta(seconds=60))]


async def test_a_database_that_is_away_is_an_outage_and_not_an_answer() -> None:
    away = create_engine("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnavailable):
        await accept(away, Feed.GRID, body(GRID))
    await away.dispose()


async def test_a_personal_member_that_nobody_needs_is_dropped_and_audited_without_its_value(
    engine: AsyncEngine,
) -> None:
    document = body(CALL, idCard="990101199001011234")
    first = await accept(engine, Feed.POLICE_110, document)
    assert [one.field for one in first.warnings] == ["idCard"]
    assert (await accept(engine, Feed.POLICE_110, document)).status is IntakeStatus.DUPLICATE
    [(login, act, target, detail)] = await rows(engine, "SELECT login, act, object, detail FROM audit")
    assert (login, act, target, detail) == ("desk", "personal_dropped", first.signal_id, {"fields": ["idCard"]})
    assert "990101199001011234" not in str(await rows(engine, "SELECT * FROM outbox"))
