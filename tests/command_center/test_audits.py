from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.audits import asked_about, label_of, questions
from command_center.permissions import Right, Role, may
from command_center.ports import Sampling
from contracts.incidents import Decision, Member
from tests.command_center.console import Console, console_of
from tests.command_center.seeding import T0
from tests.fusion.journalled import Journalled


def candidate(incident_id: str, score: float, **terms: float) -> dict[str, Any]:
    odds = {"score": score, "p": 0.95, "terms": terms, "distance_m": 1, "sigma_m": 1, "lag_s": 0}
    return {"incident_id": incident_id} | odds


def decision(chosen: str = "join", *constraints: str, number: int = 1, **more: Any) -> Decision:
    return Decision.model_validate({
        "decision_id": f"d{number}", "signal_id": "s", "identity": "i", "district": "east", "incident_id": "a",
        "revision": 1, "chosen": chosen, "p": 0.95, "margin": 1, "terms": {}, "constraints": constraints,
        "candidates": [candidate("b", 2.0), candidate("a", 3.0, bias=-0.5)], "params_version": "v", "decided_at": T0,
    } | more)  # fmt: skip


def seat(**more: Any) -> Member:
    return Member.model_validate(
        {"signal_id": "s", "source": "grid", "event_type": "grid_emergency", "observed_at": T0} | more
    )


def always(identity: str) -> bool:
    return True


def never(identity: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("made", "asked"),
    [
        pytest.param(decision(), "a", id="a silent join: is it of that incident?"),
        pytest.param(decision("new", incident_id="c"), "b", id="a silent new one: not of the best left aside?"),
        pytest.param(decision("provisional"), None, id="a provisional join is asked about anyway"),
        pytest.param(decision("join", "person:merge:act"), None, id="a person's own decision is not"),
        pytest.param(decision("new", candidates=[]), None, id="nothing was near"),
        pytest.param(decision("item"), None, id="a work item never joins"),
    ],
)
def test_which_decisions_are_asked_about(made: Decision, asked: str | None) -> None:
    found = asked_about(made, always)
    assert (found.incident_id if found else None) == asked
    assert asked_about(made, never) is None


@pytest.mark.parametrize(
    ("decisions", "member", "answered", "asked"),
    [
        pytest.param([decision()], seat(), (), ["d1"], id="asked"),
        pytest.param([decision()], seat(), ("d1",), [], id="answered"),
        pytest.param([decision()], seat(joined_by="person"), (), [], id="moved by a person"),
        pytest.param([decision(), decision(number=2)], seat(), (), ["d2"], id="the newest"),
        pytest.param([decision(), decision("update", number=2)], seat(), (), ["d1"], id="told again, not moved"),
        pytest.param([decision(), decision("provisional", number=2)], seat(), (), [], id="doubted since"),
        pytest.param([], seat(), (), [], id="never weighed"),
    ],
)
def test_what_is_asked_about_an_incident(
    decisions: list[Decision], member: Member, answered: tuple[str, ...], asked: list[str]
) -> None:
    assert [one.decision_id for one in questions(decisions, [member], answered, always)] == asked


@pytest.mark.parametrize(
    ("chosen", "right", "same"),
    [("join", True, True), ("join", False, False), ("new", True, False), ("new", False, True)],
)
def test_an_answer_says_whether_they_are_the_same(chosen: str, right: bool, same: bool) -> None:
    made = decision(chosen)
    found = asked_about(made, always)
    assert found is not None
    label = label_of(made, found, "grid", right=right, weight=50.0, login="d", at=T0)
    assert (label.same, label.weight) == (same, 50.0)
    assert label.nats == (3.5 if chosen == "join" else 2.0)


@pytest.fixture
async def console(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Console]:
    await Journalled(engine).hear()
    sampling = Sampling(lambda identity: "grid-1" in identity, lambda chosen: 50.0)
    async with console_of(engine, tmp_path, *Role, sampling=sampling) as made:
        yield made


async def detail(console: Console, engine: AsyncEngine, role: str = Role.DISPATCHER) -> dict[str, Any]:
    async with engine.connect() as connection:
        home = await connection.scalar(text("SELECT incident_id FROM signals WHERE signal_id = 'grid-1'"))
    found: dict[str, Any] = (await console.client.get(f"/api/incidents/{home}", headers=console.as_(role))).json()
    return found


async def answer(console: Console, decision_id: str, role: str = Role.DISPATCHER) -> int:
    path = f"/api/decisions/{decision_id}/answer"
    return (await console.client.post(path, json={"right": True}, headers=console.as_(role))).status_code


async def test_a_question_is_asked_once_and_its_answer_is_kept_with_its_weight(
    console: Console, engine: AsyncEngine
) -> None:
    [question] = (await detail(console, engine))["questions"]
    assert (question["signal_id"], question["chosen"]) == ("grid-1", "join")
    assert await answer(console, question["decision_id"]) == 204
    assert (await detail(console, engine))["questions"] == []
    assert await answer(console, question["decision_id"]) == 409
    async with engine.connect() as connection:
        kept = (await connection.execute(text("SELECT signal_id, source, same, weight, login FROM labels"))).all()
        acts = (await connection.execute(text("SELECT act FROM audit WHERE act = 'decision.answer'"))).all()
    assert kept == [("grid-1", "grid", True, 50.0, "dispatcher")]
    assert len(acts) == 1


@pytest.mark.parametrize("role", [role for role in Role if not may(role, Right.CORRECT)])
async def test_only_those_who_correct_are_asked(console: Console, engine: AsyncEngine, role: Role) -> None:
    [question] = (await detail(console, engine))["questions"]
    assert await answer(console, question["decision_id"], role) == 403
    if may(role, Right.INCIDENTS):
        assert (await detail(console, engine, role))["questions"] == []


async def test_a_decision_that_nobody_asks_about_takes_no_answer(console: Console, engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        other = await connection.scalar(text("SELECT decision_id FROM decisions WHERE signal_id = 'call-1'"))
    assert await answer(console, str(other)) == 404
    assert await answer(console, "nothing") == 404
