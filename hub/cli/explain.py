"""`hub explain`: why a signal went where it went, from the database."""

import asyncio
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from contracts.errors import Refused
from contracts.incidents import Candidate, Decision
from fusion.ledger import Ledger
from fusion.naming import label_of
from hub.database import outages
from hub.environment import settings_of_environment
from hub.resources import open_database
from hub.settings import Settings

TERMS = ("space", "time", "kind", "words", "prior")


def explain(
    signal_id: Annotated[str, typer.Argument(help="the signal's id, as the console and the API show it")],
) -> None:
    """Show every decision about a signal: what was chosen, how probable, the terms in nats, and the candidates.

    Example: hub explain cam:99019901081320000007:crowd:1795480212
    """
    decisions = asyncio.run(_decisions(settings_of_environment(), signal_id))
    if not decisions:
        raise Refused(f"fusion has decided nothing about {signal_id}: is the id whole, and of this hub?")
    console = Console()
    for decision in decisions:
        console.print(heading(decision), highlight=False)
        if decision.candidates:
            console.print(table(decision))


def heading(decision: Decision) -> str:
    """One line: when, what, where, how sure, and what no number may override."""
    where = f"{label_of(decision.incident_id)} r{decision.revision}" if decision.incident_id else "-"
    held = f" · {', '.join(decision.constraints)}" if decision.constraints else ""
    return (
        f"{decision.decided_at.isoformat(timespec='seconds')} {decision.chosen} → {where} · "
        f"p {decision.p:.3f} · margin {decision.margin:+.2f} nats{held}"
    )


def table(decision: Decision) -> Table:
    """The candidates as a waterfall in rows: terms, sum, probability."""
    made = Table(
        title=f"candidates · {decision.params_version}", title_justify="left", box=SIMPLE_HEAD, padding=(0, 0, 0, 1)
    )
    for name in ("incident", "m", "±", "lag s", *TERMS, "sum", "p"):
        made.add_column(name, justify="left" if name == "incident" else "right", no_wrap=True)
    for candidate in decision.candidates:
        made.add_row(*_cells(candidate, chosen=candidate.incident_id == decision.incident_id))
    return made


def _cells(candidate: Candidate, *, chosen: bool) -> list[str]:
    mark = "→ " if chosen else "  "
    terms = [f"{candidate.terms.get(name, 0.0):+.2f}" for name in TERMS]
    place = [f"{candidate.distance_m:.0f}", f"{candidate.sigma_m:.0f}", f"{candidate.lag_s:.0f}"]
    return [mark + label_of(candidate.incident_id), *place, *terms, f"{candidate.score:+.2f}", f"{candidate.p:.3f}"]


async def _decisions(settings: Settings, signal_id: str) -> list[Decision]:
    async with open_database(settings) as engine:
        return await Ledger(engine, outages).decisions_of(signal_id)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)
