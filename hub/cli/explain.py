"""`hub explain`: why a signal went where it went, from the database."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from contracts.errors import Refused
from contracts.incidents import Candidate, Decision
from fusion.ledger import Ledger
from fusion.naming import label_of
from fusion.waterfall import DIGITS, Step, waterfall, why
from hub.database import outages
from hub.environment import settings_of_environment
from hub.resources import open_database
from hub.settings import Settings

WIDTH = 80
BAR = 27
FOR, AGAINST, ZERO = "█", "▒", "│"


def explain(
    signal_id: Annotated[str, typer.Argument(help="the signal's id, as the console and the API show it")],
    as_json: Annotated[
        bool, typer.Option("--json", help="the decisions as JSON, each candidate with its steps")
    ] = False,
) -> None:
    """Show every decision about a signal: what was chosen, how sure, and each candidate's score as a waterfall.

    Terms are in nats and add up to the sum as printed; solid speaks for the same happening, shaded against.

    Example: hub explain cam:99019901081320000007:crowd:1795480212
    """
    decisions = asyncio.run(_decisions(settings_of_environment(), signal_id))
    if not decisions:
        raise Refused(f"fusion has decided nothing about {signal_id}: is the id whole, and of this hub?")
    if as_json:
        typer.echo(json.dumps([_told(one) for one in decisions], ensure_ascii=False, indent=2))
        return
    console = Console(width=WIDTH, highlight=False)
    for number, decision in enumerate(decisions):
        if number:
            console.print()
        for part in told(decision):
            console.print(part)


def told(decision: Decision) -> Iterator[RenderableType]:
    """A decision: a heading, then each candidate with its waterfall and why it was or was not taken."""
    yield Text(heading(decision))
    for number, candidate in enumerate(decision.candidates, 1):
        yield Text()
        yield Text(f"{number}/{len(decision.candidates)}  {label_of(candidate.incident_id)}  p {candidate.p:.3f}")
        yield Text(why(decision, candidate))
        yield bars(candidate)


def heading(decision: Decision) -> str:
    """When, what, where, how sure, and what no number may override."""
    where = f"{label_of(decision.incident_id)} r{decision.revision}" if decision.incident_id else "-"
    lines = [
        f"{decision.decided_at.isoformat(timespec='seconds')}  {decision.chosen} → {where}",
        f"  p {decision.p:.3f} · margin {decision.margin:+.2f} nats · parameters {decision.params_version}",
    ]
    if decision.moved_from:
        lines.append(f"  moved from {label_of(decision.moved_from)}")
    if decision.constraints:
        lines.append(f"  held to: {', '.join(decision.constraints)}")
    if decision.gate:
        lines.append("  gate: " + ", ".join(f"{name} {number}" for name, number in decision.gate.items()))
    return "\n".join(lines)


def bars(candidate: Candidate) -> Table:
    """A candidate's waterfall, 80 columns wide, its sum last."""
    steps = waterfall(candidate)
    total = steps[-1].end if steps else 0.0
    made = Table(box=None, show_header=False, padding=(0, 1, 0, 0), pad_edge=False, width=WIDTH)
    made.add_column("term", width=7, no_wrap=True)
    made.add_column("bar", width=BAR, no_wrap=True)
    made.add_column("nats", width=7, justify="right", no_wrap=True)
    made.add_column("note", ratio=1)
    scale = _Scale(steps)
    for step in steps:
        made.add_row(step.term, scale.bar(step.start, step.end), f"{step.nats:+.{DIGITS}f}", step.note)
    made.add_row("sum", scale.bar(0.0, total), f"{total:+.{DIGITS}f}", "")
    return made


class _Scale:
    """One axis for all bars of a candidate, with zero on it."""

    def __init__(self, steps: Sequence[Step]) -> None:
        ends = [0.0, *(end for step in steps for end in (step.start, step.end))]
        self._low, self._span = min(ends), max(max(ends) - min(ends), 1.0)

    def _column(self, nats: float) -> int:
        return round((nats - self._low) / self._span * (BAR - 1))

    def bar(self, start: float, end: float) -> str:
        """The bar from one total to the next; the axis's zero shows where no bar covers it."""
        line = [" "] * BAR
        line[self._column(0.0)] = ZERO
        left, right = sorted((self._column(start), self._column(end)))
        for column in range(left, max(right, left + 1)):
            line[column] = FOR if end >= start else AGAINST
        return "".join(line)


def _told(decision: Decision) -> dict[str, Any]:
    document = decision.model_dump(mode="json")
    for given, candidate in zip(document["candidates"], decision.candidates, strict=True):
        given["steps"] = [
            {"term": step.term, "nats": step.nats, "from": step.start, "to": step.end, "note": step.note}
            for step in waterfall(candidate)
        ]
        given["why"] = why(decision, candidate)
    return document


async def _decisions(settings: Settings, signal_id: str) -> list[Decision]:
    async with open_database(settings) as engine:
        return await Ledger(engine, outages).decisions_of(signal_id)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)
