"""`hub replay`: a recorded hour through the very same engine, without broker or database."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from contracts.actions import Action
from contracts.errors import ConfigurationError, Unreadable
from fusion.policy import load_params
from fusion.recording import Line, decision_line, read_line, replay_lines
from hub.environment import settings_of_environment


def replay(
    file: Annotated[Path, typer.Argument(help="signals and actions as CloudEvents, one a line, in order of arrival")],
    out: Annotated[Path | None, typer.Option(help="where the decisions go, one a line; without it to stdout")] = None,
    params: Annotated[Path | None, typer.Option(help="a JSON file of fusion's parameters")] = None,
) -> None:
    """Run recorded signals and actions through fusion and write every decision with its terms.

    A member `arrived_at` beside a CloudEvent stands for the log's time; the same file gives the same bytes.

    Example: hub replay tests/replays/square.jsonl --out decisions.jsonl
    """
    lines = list(_read(file))
    with _opened(out) as sink:
        counts = _run(lines, sink, params or settings_of_environment().fusion.params)
    told = " · ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    typer.echo(f"{len(lines)} records: {told}", err=True)


def _run(lines: list[Line], sink: TextIO, params: Path | None) -> Counter[str]:
    counts: Counter[str] = Counter()
    incidents: set[str] = set()
    with _bar() as progress:
        task = progress.add_task("replay", total=len(lines))
        actions = [line.incoming.body for line in lines if isinstance(line.incoming.body, Action)]
        recorded, borders = {one.action_id for one in actions}, all(one.action != "cede" for one in actions)
        tracked = progress.track(lines, task_id=task)
        numbers = load_params(params, settings_of_environment().fusion.barriers)
        for outputs in replay_lines(tracked, numbers, recorded, borders=borders):
            for decision in outputs.decisions:
                sink.write(json.dumps(decision_line(decision), ensure_ascii=False, separators=(",", ":")) + "\n")
                counts[decision.chosen] += 1
            incidents.update(incident.incident_id for incident in outputs.incidents)
            counts["refused"] += sum(1 for result in outputs.results if not result.accepted)
    counts["incidents"] = len(incidents)
    return counts


def _read(file: Path) -> Iterator[Line]:
    try:
        with file.open("rb") as lines:
            for number, raw in enumerate(lines, 1):
                if raw.strip():
                    yield _line(file, number, raw)
    except OSError as missing:
        raise ConfigurationError(missing.strerror or "cannot be read", where=str(file)) from None


def _line(file: Path, number: int, raw: bytes) -> Line:
    try:
        return read_line(raw)
    except Unreadable as bad:
        raise ConfigurationError(
            str(bad), where=f"{file}:{number}", hint=bad.hint or "mend or remove the line"
        ) from None


def _opened(out: Path | None) -> TextIO:
    if out is None:
        return open(sys.stdout.fileno(), "w", encoding="utf-8", closefd=False)
    try:
        return out.open("w", encoding="utf-8")
    except OSError as denied:
        raise ConfigurationError(denied.strerror or "cannot be written", where=str(out)) from None


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("replay")(replay)
