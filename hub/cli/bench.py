"""`hub bench NAME`: figures of this machine, each against a named peer and with its guards."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from contracts.errors import ConfigurationError
from hub import bench as benches
from hub.bench.progress import told_to
from hub.shutdown import run_until_stopped

EVERY = "all"
STOP_WITHIN_S = 25.0
"""a bench stops a whole hub and takes its folder away"""


def bench(
    name: Annotated[str, typer.Argument(help=" · ".join([*benches.BENCHES, EVERY]))],
    as_json: Annotated[bool, typer.Option("--json", help="print one object a bench")] = False,
    broker: Annotated[str, typer.Option(help="bus only: host:port of a broker instead of the embedded one")] = "",
    model: Annotated[list[str] | None, typer.Option(help="rules only: a model beside the starter model")] = None,
    minutes: Annotated[float, typer.Option(help="soak only: how long; 30 when not said")] = 0.0,
    into: Annotated[str, typer.Option(help="rules only: a document that takes the tables, docs/rules.md")] = "",
    seeds: Annotated[str, typer.Option(help="fusion only: the cities, 1,2,3,4,5 when not said")] = "",
    scenario: Annotated[list[str] | None, typer.Option(help="fusion only: these instead of all")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="fusion only: one city, two scenarios")] = False,
) -> None:
    """Measure, compare with the peer, check the guards; the exit code is 1 when something was not met.

    Example: hub bench bus --json · hub bench rules --model yolo11n.onnx
    """
    names = list(benches.BENCHES) if name == EVERY else [name]
    options: dict[str, dict[str, Any]] = {
        "bus": {"broker": broker},
        "rules": {"models": model or [], "into": into},
        "soak": {"minutes": minutes},
        "fusion": {"seeds": _numbers(seeds), "scenarios": scenario or [], "quick": quick},
    }
    met = [_run(one, as_json, {key: value for key, value in options.get(one, {}).items() if value}) for one in names]
    if not all(met):
        raise typer.Exit(1)


def _numbers(said: str) -> list[int]:
    try:
        return [int(one) for one in said.split(",") if one.strip()]
    except ValueError:
        raise ConfigurationError(f"not whole numbers: {said}", where="--seeds", hint="--seeds 1,2,3") from None


def _run(name: str, as_json: bool, options: dict[str, Any]) -> bool:
    found: dict[str, Any] = {}

    async def measure() -> None:
        found.update(await benches.measure(name, **options))

    with _bar(name):
        run_until_stopped(measure(), deadline_s=STOP_WITHIN_S)
    if not found:
        raise typer.Exit(130)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _show(found)
    return all(found["met"].values())


@contextmanager
def _bar(name: str) -> Iterator[None]:
    """How far the bench is, on stderr."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"{name}: {benches.BENCHES.get(name, '')}", total=None)

        def tell(doing: str, done: int, total: int) -> None:
            bar.update(task, description=f"{name}: {doing}", completed=done, total=total or None)

        with told_to(tell):
            yield


def _show(found: dict[str, Any]) -> None:
    table = Table("", "", title=f"hub bench {found['bench']}", show_header=False)
    for part in ("machine", "ours", "peers", "ratios", "guards", "met"):
        for what, value in found[part].items():
            table.add_row(f"{part} · {what}", _words(value))
    Console().print(table)


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_words(one)}" for name, one in value.items())
    return str(value)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("bench")(bench)
