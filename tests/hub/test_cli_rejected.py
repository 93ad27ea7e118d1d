import base64
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from typer.testing import CliRunner

from contracts.errors import ConfigurationError, Refused
from contracts.intake import Feed
from hub.cli.rejected import app
from tests.fusion.scene import seen, signal_bytes
from tests.hub.on_database import on
from tests.hub.reports import CALL, PETITION, body, intake_on
from tests.hub.test_rejected import set_aside

WRONG = body(CALL, position={"lat": 34.3, "lon": 118.0}, reported_at="2000-12-31T00:00:00Z")
# In the future for the sender's hub of then, long past for whoever runs the test.
THEN = datetime(2001, 1, 1, tzinfo=UTC)
FUTURE = body(CALL, reported_at="2001-01-02T00:00:00Z")
INFORMANT = body(PETITION, class_name="检举控告类")
Hub = Callable[..., str]


@pytest.fixture
def hub(fresh_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """Runs `hub rejected …` on the test's database with the tests' key; gives what it printed."""
    monkeypatch.setenv("HUB_DATABASE__URL", fresh_database_url)
    monkeypatch.setenv("HUB_PERSONAL_KEY", base64.b64encode(bytes(range(32))).decode())
    monkeypatch.setenv("HUB_FEEDS__DATUM", '{"police_110": "GCJ-02"}')
    monkeypatch.setenv("COLUMNS", "240")

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, list(words))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return f"{result.exit_code}\n{result.output}"

    return run


def reject(url: str, document: bytes, feed: Feed = Feed.POLICE_110) -> str:
    async def work(engine: AsyncEngine) -> str:
        answer = await intake_on(engine).accept(feed, document, source="desk", now=THEN)
        return str(answer.rejected_id)

    return on(url, work)


def audited(url: str) -> list[tuple[str, str]]:
    async def work(engine: AsyncEngine) -> list[tuple[str, str]]:
        async with engine.connect() as connection:
            rows = await connection.execute(text("SELECT act, reason FROM audit ORDER BY seq"))
            return [(row.act, row.reason) for row in rows]

    return on(url, work)


def test_the_list_says_what_where_and_how_to_mend_it(hub: Hub, fresh_database_url: str) -> None:
    rejected_id = reject(fresh_database_url, WRONG)
    refused_id = reject(fresh_database_url, INFORMANT, Feed.PETITION)
    listed = hub("list")
    assert rejected_id in listed
    assert "position.datum" in listed
    assert refused_id not in listed
    assert refused_id in hub("list", "--status", "")
    assert rejected_id not in hub("list", "--source", "grid")


def test_a_body_is_shown_only_for_a_reason_and_that_is_audited(hub: Hub, fresh_database_url: str) -> None:
    rejected_id = reject(fresh_database_url, WRONG)
    assert "13800000000" not in hub("show", rejected_id)
    with pytest.raises(ConfigurationError, match="may be personal"):
        hub("show", rejected_id, "--body", "--reason", "abc")
    assert "13800000000" in hub("show", rejected_id, "--body", "--reason", "mapping of position")
    assert audited(fresh_database_url) == [("rejected.look", "mapping of position")]
    with pytest.raises(Refused, match="no rejected report"):
        hub("show", "none")


def test_among_all_that_waits_are_the_signals_at_which_fusion_failed(hub: Hub, fresh_database_url: str) -> None:
    for document in (signal_bytes(seen()), b"no signal"):
        on(fresh_database_url, lambda engine, one=document: set_aside(engine, "signals", one))
    said = hub("retry", "--all")
    assert said.startswith("1\n")
    assert "can still not be read" in said
    assert "1 accepted, 1 rejected" in said


def test_all_that_waits_is_sent_again_and_what_is_still_wrong_makes_the_exit_code(
    hub: Hub, fresh_database_url: str
) -> None:
    rejected_id = reject(fresh_database_url, WRONG)
    reject(fresh_database_url, FUTURE)
    reject(fresh_database_url, INFORMANT, Feed.PETITION)
    said = hub("retry", "--all")
    assert said.startswith("1\n")
    assert "1 accepted, 1 rejected" in said
    assert hub("retry", "--all", "--source", "grid").split() == ["0", "nothing", "waits"]
    assert "position.datum: missing" in hub("retry", rejected_id)
    with pytest.raises(ConfigurationError, match="nothing to send again"):
        hub("retry")
