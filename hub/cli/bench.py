"""`hub bench NAME`: figures of this machine, each against a named peer and with its guards."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from hub import bench as benches
from hub.shutdown import run_until_stopped


def bench(
    name: Annotated[str, typer.Argument(help=" · ".join(benches.BENCHES))],
    as_json: Annotated[bool, typer.Option("--json", help="print one object")] = False,
    broker: Annotated[str, typer.Option(help="bus only: host:port of a broker instead of the embedded one")] = "",
) -> None:
    """Measure, compare with the peer, check the guards; the exit code is 1 when something was not met.

    Example: hub bench bus --json
    """
    found: dict[str, Any] = {}

    async def measure() -> None:
        found.update(await benches.measure(name, **({"broker": broker} if broker else {})))

    with Console(stderr=True).status(f"{name}: {benches.BENCHES.get(name, '')} …"):
        run_until_stopped(measure())
    if not found:
        raise typer.Exit(130)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _show(found)
    if not all(found["met"].values()):
        raise typer.Exit(1)


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
