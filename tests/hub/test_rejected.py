from datetime import timedelta

import pytest
from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts import wire
from contracts.errors import Refused
from contracts.intake import Feed, IntakeStatus
from contracts.rejected import Rejected
from contracts.signals import identity_of
from hub.processes.fusion import dead_letters
from hub.rejected import KEPT_FOR, MOST_KEPT_BYTES, DeadLetters, first_errors
from tests.fusion.scene import DISTRICT, seen, signal_bytes
from tests.hub.reports import CALL, GRID, NOW, PETITION, VAULT, body, intake_on

FUTURE = body(CALL, reported_at="2026-11-24T10:00:00+08:00")


def letters_on(engine: AsyncEngine) -> DeadLetters:
    return DeadLetters(engine, VAULT, intake_on(engine))


async def reject(engine: AsyncEngine, document: bytes, *, feed: Feed = Feed.POLICE_110, later_s: float = 0) -> str:
    answer = await intake_on(engine).accept(feed, document, source="desk", now=NOW + timedelta(seconds=later_s))
    assert answer.rejected_id is not None
    return answer.rejected_id


async def test_a_clock_in_the_future_is_waited_out_and_then_sent_again(engine: AsyncEngine) -> None:
    rejected_id, letters = await reject(engine, FUTURE), letters_on(engine)
    early = await letters.retry(rejected_id, NOW + timedelta(minutes=1))
    assert early.status is IntakeStatus.REJECTED
    [row] = (await letters.page())[0]
    assert (row.rejected_id, row.times, row.status, row.has_body) == (rejected_id, 1, "waiting", True)
    assert row.received_at == NOW
    late = await letters.retry(rejected_id, NOW + timedelta(hours=1))
    assert late.status is IntakeStatus.ACCEPTED
    [row] = (await letters.page())[0]
    assert (row.status, row.has_body) == ("retried", False)
    with pytest.raises(Refused, match="retried"):
        await letters.retry(rejected_id, NOW)


async def test_sending_again_what_was_taken_meanwhile_is_a_duplicate_and_done(engine: AsyncEngine) -> None:
    rejected_id = await reject(engine, FUTURE)
    later = NOW + timedelta(hours=2)
    await intake_on(engine).accept(Feed.POLICE_110, FUTURE, source="desk", now=later)
    answer = await letters_on(engine).retry(rejected_id, later)
    assert answer.status is IntakeStatus.DUPLICATE
    assert (await letters_on(engine).page(status="retried"))[0] != []


async def test_pages_follow_each_other_newest_first_and_filter(engine: AsyncEngine) -> None:
    ids = [await reject(engine, body(GRID, report_no=f"{n}", position={}), feed=Feed.GRID, later_s=n) for n in range(5)]
    ids.append(await reject(engine, FUTURE, later_s=9))
    letters = letters_on(engine)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page, cursor = await letters.page(limit=2, cursor=cursor)
        seen += [row.rejected_id for row in page]
        if cursor is None:
            break
    assert seen == ids[::-1]
    assert len((await letters.page(source="grid"))[0]) == 5
    assert (await letters.page(status="expired"))[0] == []
    with pytest.raises(Refused, match="cursor"):
        await letters.page(cursor="yesterday")


async def test_the_body_can_be_looked_at_until_thirty_days_have_passed(engine: AsyncEngine) -> None:
    rejected_id, letters = await reject(engine, FUTURE), letters_on(engine)
    assert await letters.body(rejected_id) == FUTURE
    assert await letters.expire(NOW + KEPT_FOR - timedelta(seconds=1)) == 0
    assert await letters.expire(NOW + KEPT_FOR) == 1
    assert await letters.expire(NOW + KEPT_FOR) == 0
    assert await letters.body(rejected_id) is None
    [row] = (await letters.page())[0]
    assert (row.status, row.has_body, row.reason != "") == ("expired", False, True)
    with pytest.raises(Refused, match="expired"):
        await letters.retry(rejected_id, NOW)


async def test_a_refused_petition_stays_refused(engine: AsyncEngine) -> None:
    rejected_id = await reject(engine, body(PETITION, class_name="检举控告类"), feed=Feed.PETITION)
    letters = letters_on(engine)
    await letters.expire(NOW + KEPT_FOR)
    row = await letters.one(rejected_id)
    assert row is not None
    assert row.status == "refused"
    with pytest.raises(Refused, match="refused"):
        await letters.retry(rejected_id, NOW)


async def test_an_unknown_id_and_a_record_that_the_hub_itself_cannot_read_are_not_sent_again(
    engine: AsyncEngine,
) -> None:
    with pytest.raises(Refused, match="no rejected report"):
        await letters_on(engine).retry("none", NOW)
    for source, said in (("signals", "still not be read"), ("actions", "on the console")):
        rejected_id = await set_aside(engine, source, FUTURE)
        with pytest.raises(Refused, match=said):
            await letters_on(engine).retry(rejected_id, NOW)


async def test_a_signal_at_which_fusion_failed_is_published_once_more(engine: AsyncEngine) -> None:
    rejected_id = await set_aside(engine, "signals", signal_bytes(seen()))
    letters = DeadLetters(engine, VAULT, intake_on(engine), {DISTRICT: 7})
    answer = await letters.retry(rejected_id, NOW)
    assert (answer.status, answer.signal_id) == (IntakeStatus.ACCEPTED, seen().signal_id)
    async with engine.connect() as connection:
        rows = (await connection.execute(text("SELECT identity, partition, body FROM outbox"))).all()
    assert (identity_of(seen()), 7, signal_bytes(seen())) in [(row.identity, row.partition, row.body) for row in rows]
    [row] = (await letters.page())[0]
    assert (row.status, row.has_body) == ("retried", False)


async def set_aside(engine: AsyncEngine, source: str, document: bytes) -> str:
    """As `hub run fusion` does it."""
    await dead_letters(engine, VAULT)(source=source, reason="fusion failed at it", field="", hint="", body=document)
    [newest, *_] = (await letters_on(engine).page(source=source))[0]
    return newest.rejected_id


async def test_a_body_beyond_reason_is_said_and_not_kept(engine: AsyncEngine) -> None:
    small = await reject(engine, b"x" * (5 * 1024 * 1024))
    large = await reject(engine, b"x" * (MOST_KEPT_BYTES + 1))
    rows = {row.rejected_id: row.has_body for row in (await letters_on(engine).page())[0]}
    assert rows == {small: True, large: False}


async def test_the_reference_on_the_bus_is_the_contract_without_the_body(engine: AsyncEngine) -> None:
    rejected_id = await reject(engine, FUTURE)
    async with engine.connect() as connection:
        published = bytes(await connection.scalar(text("SELECT body FROM outbox WHERE topic = 'rejected'")) or b"")
    reference = wire.decode(published, TypeAdapter(Rejected))
    assert (reference.rejected_id, reference.source, reference.field) == (rejected_id, "police_110", "reported_at")
    assert (reference.source_ref, reference.has_body) == (CALL["call_no"], True)
    assert "13800000000" not in published.decode()


async def test_several_faults_are_one_line(engine: AsyncEngine) -> None:
    answer = await intake_on(engine).accept(Feed.GRID, b"{}", source="desk", now=NOW)
    assert first_errors(answer.errors).startswith("report_no: missing; reported_at: missing")
    assert (await letters_on(engine).page())[0][0].reason == "missing (+1)"
