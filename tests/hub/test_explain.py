import asyncio
import json
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.errors import Refused
from contracts.incidents import Decision
from hub.cli.explain import bars, explain, heading, told
from tests.fusion.journalled import Journalled
from tests.fusion.scene import Town, call, seen


def decided() -> Decision:
    town = Town()
    words = ("争吵", "红色轿车", "聚集", "围观", "推搡", "解放路", "烧烤店")
    return town.hear(seen(), call(words=words), call("call-2", 100, words=words))


def shown(decision: Decision) -> str:
    with (console := Console(width=80)).capture() as caught:
        for part in told(decision):
            console.print(part)
    return caught.get()


def test_a_decision_is_told_in_eighty_columns() -> None:
    text = shown(decided())
    assert all(name in text for name in ("space", "time", "kind", "words", "prior", "sum"))
    assert "provisional → INC-" in text
    assert "waits for a person: a call beside a call always does" in text
    assert "held to: call_beside_call" in text
    assert "…" not in text
    width = max(sum(2 if ord(letter) > 0x2E80 else 1 for letter in line.rstrip()) for line in text.splitlines())
    assert width <= 80


def test_the_printed_terms_add_up_to_the_printed_sum() -> None:
    [best, *_] = decided().candidates
    with (console := Console(width=80)).capture() as caught:
        console.print(bars(best))
    words = [word for line in caught.get().splitlines() for word in line[28:44].split()]
    numbers = [float(word) for word in words if word[0] in "+-" and "." in word]
    assert round(sum(numbers[:-1]), 2) == numbers[-1]


def test_a_decision_without_candidates_is_a_heading() -> None:
    founder = Town().hear(seen())
    assert shown(founder).strip() == heading(founder).strip()


@pytest.fixture
def hub_here(fresh_database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HUB_DATABASE__URL", fresh_database_url)
    monkeypatch.setenv("HUB_DATA_DIR", str(tmp_path))


@pytest.mark.usefixtures("hub_here")
async def test_json_holds_the_steps_of_each_candidate(engine: AsyncEngine, capsys: pytest.CaptureFixture[str]) -> None:
    await Journalled(engine).hear()
    await asyncio.to_thread(explain, "call-1", as_json=True)
    [decision] = json.loads(capsys.readouterr().out)
    [candidate] = decision["candidates"]
    assert candidate["why"].startswith("joined")
    assert candidate["steps"][-1]["to"] == pytest.approx(candidate["score"], abs=0.005)
    with pytest.raises(Refused, match="decided nothing about nobody"):
        await asyncio.to_thread(explain, "nobody")
