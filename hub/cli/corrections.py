"""`hub corrections`: what people corrected, as test cases for every later model."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from contracts.errors import ConfigurationError, Unreadable
from fusion.correcting.case import CaseFile, read_case
from fusion.correcting.check import Outcome, run_case
from fusion.ledger_corrections import Corrections
from fusion.ledger_versions import Versions
from fusion.policy import load_params
from hub.database import outages
from hub.environment import settings_of_environment
from hub.numbers import in_use
from hub.resources import open_database
from hub.settings import Settings

app = typer.Typer(
    help="Corrections by people as test cases: cut out of the journal, run under any parameters.\n\n"
    "Example: hub corrections check tests/replays/corrections",
    no_args_is_help=True,
)
BROKEN = 1


@app.command("export")
def export(
    action_id: Annotated[str, typer.Argument(help="the correction's id, as the incident's history and the audit tell")],
    out: Annotated[Path, typer.Option(help="the folder that the case goes into")] = Path("tests/replays/corrections"),
) -> None:
    """Write one correction as a test case: the signals within the gate's reach, and the action.

    The file holds places, times, kinds and words, and no free text, no picture and no person. `hub replay` reads it.

    Example: hub corrections export 5f0c7a2e9b1d4c3fa86b7d2e1c0a9f48 --out cases
    """
    case = asyncio.run(_export(settings_of_environment(), action_id))
    file = out / f"{read_case(case).case.action}-{action_id[:12]}.jsonl"
    try:
        out.mkdir(parents=True, exist_ok=True)
        file.write_bytes(case)
    except OSError as denied:
        raise ConfigurationError(denied.strerror or "cannot be written", where=str(file)) from None
    typer.echo(f"{file}; next: hub corrections check {file}")


@app.command("check")
def check(
    paths: Annotated[list[Path], typer.Argument(help="cases, or folders of them")],
    params: Annotated[Path | None, typer.Option(help="a JSON file of fusion's parameters")] = None,
) -> None:
    """Run cases: does what the person said hold, and would the machine now be right by itself?

    Exit code 1 when a correction does not hold.

    Example: hub corrections check tests/replays/corrections --params fitted.json
    """
    numbers = load_params(params or settings_of_environment().fusion.params)
    files = _files(paths)
    outcomes = [(file, case := _read(file), run_case(case, numbers)) for file in files]
    for file, case, outcome in outcomes:
        typer.echo(f"{file.name:<40} {case.case.action:<13} {_told(outcome)}")
        for why in [outcome.refused, *outcome.broken]:
            if why:
                typer.echo(f"    {why}")
    by_itself = sum(outcome.by_itself for _, _, outcome in outcomes)
    held = sum(outcome.holds for _, _, outcome in outcomes)
    typer.echo(f"{len(files)} cases: {held} hold, {by_itself} right by itself ({numbers.version})")
    if held < len(files):
        raise typer.Exit(BROKEN)


def _told(outcome: Outcome) -> str:
    return f"{'holds' if outcome.holds else 'BROKEN':<7} {'right by itself' if outcome.by_itself else '-'}"


def _files(paths: list[Path]) -> list[Path]:
    found = [file for path in paths for file in (sorted(path.glob("*.jsonl")) if path.is_dir() else [path])]
    if not found:
        raise ConfigurationError("no case here", where=str(paths[0]), hint="hub corrections export ACTION_ID")
    return found


def _read(file: Path) -> CaseFile:
    try:
        return read_case(file.read_bytes())
    except OSError as missing:
        raise ConfigurationError(missing.strerror or "cannot be read", where=str(file)) from None
    except Unreadable as bad:
        raise ConfigurationError(str(bad), where=str(file), hint=bad.hint) from None


async def _export(settings: Settings, action_id: str) -> bytes:
    async with open_database(settings) as engine:
        numbers = partial(in_use, Versions(engine, outages), settings)
        return await Corrections(engine, outages, numbers).export(action_id)
