from rich.console import Console

from hub.cli.explain import heading, table
from tests.fusion.scene import Town, call, seen


def test_a_decision_is_told_in_one_line_and_a_table_of_candidates() -> None:
    town = Town()
    decision = town.hear(seen(), call(), call("call-2", 100))
    assert "provisional → INC-" in heading(decision)
    assert heading(decision).endswith("call_beside_call")
    with (console := Console(width=80)).capture() as shown:
        console.print(table(decision))
    text = shown.get()
    assert all(name in text for name in ("space", "time", "kind", "words", "prior", "→ INC-"))
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80
