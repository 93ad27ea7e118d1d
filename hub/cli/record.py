"""`hub record`: what fusion has heard, from its journal, as a file that `hub replay` runs."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from contracts.errors import ConfigurationError
from fusion.ledger import Ledger
from fusion.recording import recorded_line
from hub.database import outages
from hub.environment import settings_of_environment
from hub.resources import open_database
from hub.settings import Settings


def record(
    file: Annotated[Path, typer.Argument(help="where the signals and actions go, one CloudEvent a line")],
    district: Annotated[str | None, typer.Option(help="of this shard only")] = None,
    since: Annotated[
        datetime | None, typer.Option(help="what arrived from this time on, of this machine's zone")
    ] = None,
) -> None:
    """Write every signal and action that fusion has heard, in order of arrival, with the log's time.

    It holds no personal field: fusion never sees one. A whole journal replays to the very same decisions; a part of
    one begins from nothing.

    Example: hub record today.jsonl --since "2026-11-25 00:00:00"
    """
    try:
        written = asyncio.run(_write(settings_of_environment(), file, district, since.astimezone() if since else None))
    except OSError as denied:
        raise ConfigurationError(denied.strerror or "cannot be written", where=str(file)) from None
    typer.echo(f"{written} records in {file}; next: hub replay {file}", err=True)


async def _write(settings: Settings, file: Path, district: str | None, since: datetime | None) -> int:
    written = 0
    async with open_database(settings) as engine:
        with file.open("wb") as lines:
            async for stored in Ledger(engine, outages).recorded(district, since):
                lines.write(recorded_line(stored) + b"\n")
                written += 1
    return written


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("record")(record)
