"""The table of rules per model, and the list of clips, as Markdown between two marks of a document."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from contracts.errors import ConfigurationError
from hub.bench.rule_set.clips import Clip
from hub.bench.rule_set.judging import Score

BEGIN, END = "<!-- hub bench rules -->", "<!-- end of hub bench rules -->"


def write_into(document: Path, clips: Sequence[Clip], results: Mapping[str, Mapping[str, Score]]) -> None:
    """Put the tables in place of what was between the marks.

    Raises:
        ConfigurationError: the document is not there or has no marks.
    """
    text = document.read_text() if document.is_file() else ""
    before, mark, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise ConfigurationError("no place for the tables", where=str(document), hint=f"it needs {BEGIN} and {END}")
    document.write_text(f"{before}{BEGIN}\n\n{tables(clips, results)}\n{END}{after}")


def tables(clips: Sequence[Clip], results: Mapping[str, Mapping[str, Score]]) -> str:
    """Both tables."""
    head = ["rule", "true", *(f"{name}: precision · recall · s to raise" for name in results)]
    rows = [
        [f"`{rule}`", str(score.true), *(_cell(of[rule]) for of in results.values())]
        for rule, score in next(iter(results.values())).items()
    ]
    made = [[clip.name, clip.made, f"{clip.seconds:.0f}", _happens(clip)] for clip in clips]
    return f"{_table(head, rows)}\n{_table(['clip', 'how it was made', 'seconds', 'what happens'], made)}"


def _cell(score: Score) -> str:
    row = score.row()
    words = [f"{row[name]:.2f}" if row[name] is not None else "–" for name in ("precision", "recall")]
    raised = row["raise_s"]
    return " · ".join([*words, f"{raised:.1f}" if raised is not None else "–"])


def _happens(clip: Clip) -> str:
    told = [f"{rule} × {len(spans)}" for rule, spans in clip.happens.items() if rule not in clip.unscored]
    crossed = [f"{clip.crosses} crossings"] if clip.crosses else []
    return ", ".join([*told, *crossed]) or "nothing to tell"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
