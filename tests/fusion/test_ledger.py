import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.actions import Action
from contracts.incidents import Incident
from contracts.signals import Signal, identity_of
from fusion.crossing import MACHINE
from fusion.journal import OTHER_LAYOUT, Incoming, Stored, read_action, read_signal, replay, tick_record
from fusion.ledger import Fenced, Ledger
from fusion.ledger_rows import Page
from fusion.policy import Params
from fusion.recording import read_line, recorded_line, replay_lines
from fusion.shards import Shards
from fusion.state import new_state
from hub.database import outages
from tests.fusion.scene import DISTRICT, START, action_bytes, at, call, grid, seen, signal_bytes


def incoming(*signals: Signal) -> list[Incoming]:
    return [read_signal(signal_bytes(signal)) for signal in signals]


async def write(ledger: Ledger, shards: Shards, *signals: Signal) -> None:
    await shards.hold(DISTRICT)
    taken = shards.take(incoming(*signals), signals[-1].received_at)
    await ledger.write(Page(taken, [identity_of(signal) for signal in signals]), at=signals[-1].received_at)


async def rows(engine: AsyncEngine, statement: str) -> list[Any]:
    async with engine.connect() as connection:
        return list((await connection.execute(text(statement))).all())


@pytest.fixture
def ledger(engine: AsyncEngine) -> Ledger:
    return Ledger(engine, outages)


async def test_a_batch_leaves_a_gapless_journal_and_everything_it_brought_about(
    engine: AsyncEngine, ledger: Ledger
) -> None:
    await write(ledger, Shards(ledger, Params()), seen(), call(), grid())
    journal = await rows(engine, "SELECT position, record_type FROM journal ORDER BY position")
    assert journal == [(1, "params"), (2, "signal"), (3, "signal"), (4, "signal")]
    [(revision, doc)] = await rows(engine, "SELECT revision, doc FROM incidents")
    incident = Incident.model_validate(doc)
    assert revision == incident.revision == 3
    assert incident.sources == {"camera": 1, "grid": 1, "police_110": 1}
    seated = await rows(engine, "SELECT DISTINCT incident_id FROM signals")
    assert seated == [(incident.incident_id,)]
    assert await rows(engine, "SELECT seq, incident_id FROM changes") == [(1, incident.incident_id)]
    assert [row.chosen for row in await rows(engine, "SELECT chosen FROM decisions ORDER BY position")] == [
        "new", "provisional", "join",
    ]  # fmt: skip


async def test_what_another_district_must_do_lies_in_the_outbox_with_the_journal(
    engine: AsyncEngine, ledger: Ledger
) -> None:
    shards = Shards(ledger, Params())
    await write(ledger, shards, seen())
    [(incident_id,)] = await rows(engine, "SELECT incident_id FROM incidents")
    ceded = Action(
        action_id="a", incident_id=incident_id, district=DISTRICT, expected_revision=1, action="cede", by=MACHINE,
        at=START, arguments={"to": "theirs", "to_district": "990199-west"},
    )  # fmt: skip
    taken = shards.take([read_action(action_bytes(ceded))], START)
    await ledger.write(Page(taken, [], {"990199-west": 7}), at=START)
    [(identity, topic, key, partition, body)] = await rows(
        engine, "SELECT identity, topic, key, partition, body FROM outbox"
    )
    adopted = read_action(bytes(body))
    assert (identity, topic, key, partition) == (adopted.identity, "actions", "990199-west", 7)
    assert await rows(engine, "SELECT incident_id FROM signals") == [("theirs",)]


async def test_the_outbox_is_cleared_by_identity_in_the_same_transaction(engine: AsyncEngine, ledger: Ledger) -> None:
    async with engine.begin() as connection:
        for identity in (identity_of(seen()), "of another"):
            await connection.execute(
                text("INSERT INTO outbox (identity, topic, key, body) VALUES (:i, 'signals', 'k', '')"), {"i": identity}
            )
    await write(ledger, Shards(ledger, Params()), seen())
    assert await rows(engine, "SELECT identity FROM outbox") == [("of another",)]


async def test_a_restart_reads_the_very_same_bytes_from_snapshot_and_journal(ledger: Ledger) -> None:
    shards = Shards(ledger, Params())
    await write(ledger, shards, seen(), call())
    await shards.save(START, every=1)
    await write(ledger, shards, grid(), seen("cam-2", 400, north=12))
    again = Shards(ledger, Params())
    await again.hold(DISTRICT)
    assert again.state(DISTRICT).dump() == shards.state(DISTRICT).dump()


async def test_a_restart_without_a_snapshot_reads_the_very_same_bytes(ledger: Ledger) -> None:
    shards = Shards(ledger, Params())
    await write(ledger, shards, seen(), call(), grid())
    again = Shards(ledger, Params())
    await again.hold(DISTRICT)
    assert again.state(DISTRICT).dump() == shards.state(DISTRICT).dump()


async def test_a_tick_in_the_journal_is_replayed(ledger: Ledger) -> None:
    shards = Shards(ledger, Params())
    await write(ledger, shards, seen())
    late = START + timedelta(hours=2)
    assert shards.due(late) == [DISTRICT]
    await ledger.write(Page(shards.take([tick_record(DISTRICT, late)], late), []), at=late)
    again = Shards(ledger, Params())
    await again.hold(DISTRICT)
    assert again.state(DISTRICT).dump() == shards.state(DISTRICT).dump()
    assert again.due(late) == []


async def test_two_workers_cannot_write_at_the_same_position(engine: AsyncEngine, ledger: Ledger) -> None:
    one, other = Shards(ledger, Params()), Shards(ledger, Params())
    await one.hold(DISTRICT)
    await other.hold(DISTRICT)
    await write(ledger, one, seen())
    with pytest.raises(Fenced):
        await write(ledger, other, call())
    assert await rows(engine, "SELECT signal_id FROM signals") == [("cam-1",)]
    other.forget([DISTRICT])
    await write(ledger, other, call())
    [(count,)] = await rows(engine, "SELECT count(*) FROM incidents")
    assert count == 1


async def test_new_parameters_enter_the_journal_where_they_take_effect(engine: AsyncEngine, ledger: Ledger) -> None:
    await write(ledger, Shards(ledger, Params()), seen())
    shards = Shards(ledger, Params(version="2026-12-01a"))
    await write(ledger, shards, call())
    journal = await rows(engine, "SELECT record_type FROM journal ORDER BY position")
    assert [row.record_type for row in journal] == ["params", "signal", "params", "signal"]
    again = Shards(ledger, Params(version="2026-12-01a"))
    await again.hold(DISTRICT)
    assert again.state(DISTRICT).dump() == shards.state(DISTRICT).dump()


async def test_an_older_update_never_overwrites_a_newer_one(engine: AsyncEngine, ledger: Ledger) -> None:
    shards = Shards(ledger, Params())
    await write(ledger, shards, seen(update=2, count=30))
    await write(ledger, shards, seen(update=1, count=10))
    assert await rows(engine, "SELECT update_no, doc->>'count' FROM signals") == [(2, "30")]


async def test_a_sound_is_not_lost_when_two_revisions_share_a_batch(engine: AsyncEngine, ledger: Ledger) -> None:
    grave = call(event_type="call_crowd")
    await write(ledger, Shards(ledger, Params()), seen(), grave, grid())
    [(doc,)] = await rows(engine, "SELECT doc FROM incidents")
    assert (doc["revision"], doc["resounds"], doc["resounded_revision"]) == (3, True, 2)


async def test_what_kafka_was_not_told_is_told_once(ledger: Ledger) -> None:
    await write(ledger, Shards(ledger, Params()), seen())
    async with ledger.untold(10) as records:
        assert [record.topic.name for record in records] == ["incidents"]
    async with ledger.untold(10) as records:
        assert records == []


async def test_a_failed_telling_is_told_again(ledger: Ledger) -> None:
    await write(ledger, Shards(ledger, Params()), seen())
    with pytest.raises(ZeroDivisionError):
        async with ledger.untold(10):
            raise ZeroDivisionError
    async with ledger.untold(10) as records:
        assert len(records) == 1


async def test_the_ledger_knows_its_districts_and_why_a_signal_went_where_it_went(ledger: Ledger) -> None:
    await write(ledger, Shards(ledger, Params()), seen(), call())
    assert await ledger.districts() == [DISTRICT]
    [decision] = await ledger.decisions_of("call-1")
    assert decision.chosen == "provisional"
    assert decision.candidates[0].terms == decision.terms


async def test_what_was_heard_is_recorded_in_order_of_arrival_and_replays_to_the_same_decisions(ledger: Ledger) -> None:
    shards = Shards(ledger, Params())
    for signal in (seen(), call(), grid()):
        await write(ledger, shards, signal)
    lines = [read_line(recorded_line(stored)) async for stored in ledger.recorded(DISTRICT, None)]
    again = [decision for outputs in replay_lines(lines, Params()) for decision in outputs.decisions]
    written = [one for signal in (seen(), call(), grid()) for one in await ledger.decisions_of(signal.signal_id)]
    assert [one.decision_id for one in again] == [one.decision_id for one in written]
    later = [stored async for stored in ledger.recorded(None, call().received_at + timedelta(microseconds=1))]
    assert [stored.record_type for stored in later] == ["signal"] * sum(
        one.received_at > call().received_at for one in (seen(), call(), grid())
    )
    assert [stored async for stored in ledger.recorded("elsewhere", None)] == []


async def test_a_snapshot_of_another_format_is_refused_and_the_journal_replayed(ledger: Ledger) -> None:
    shards = Shards(ledger, Params())
    await write(ledger, shards, seen(), call(), grid())
    live = shards.state(DISTRICT).dump()
    old = json.loads(live)
    del old["format"]
    await ledger.save_snapshot(DISTRICT, 4, json.dumps(old).encode(), at=at(500))
    again = Shards(ledger, Params())
    await again.hold(DISTRICT)
    assert again.state(DISTRICT).dump() == live


def test_parameters_of_another_layout_in_a_journal_are_stood_in_for_by_the_built_in_ones() -> None:
    old = Stored(1, "params", at(0), b'{"version": "2026-11-24a", "model": {"kind_scale": 2.0}}')
    state, _ = replay(new_state(DISTRICT, Params(version="x")), old)
    assert state.book.params == Params(version=OTHER_LAYOUT)
