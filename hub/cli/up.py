"""`hub up`: everything on one machine."""

import os
from typing import Annotated

import typer

from hub.demo.settings import demo_environment
from hub.embedded import place
from hub.environment import settings_of_environment
from hub.processes import up as process
from hub.shutdown import run_until_stopped
from hub.telemetry import configure_logging

DEADLINE_S = 4.7
"""the children's deadline and the database's own, and still under five seconds"""


def up(
    demo: Annotated[
        bool, typer.Option("--demo", help="with simulated cameras, 110 calls and grid reports, marked 演练")
    ] = False,
) -> None:
    """Run the whole hub on this machine until Ctrl-C: embedded broker and database unless others are configured.

    Example: hub up --demo        (HUB_DATA_DIR=/srv/hub HUB_CONSOLE__PORT=8080 hub up: elsewhere)
    """
    if demo:
        # What a person set goes before the demo's own.
        os.environ |= demo_environment(settings_of_environment().data_dir) | dict(os.environ)
    settings = settings_of_environment()
    place.make(settings.data_dir)
    configure_logging(settings, "up", file=settings.data_dir / "logs" / "up.log")
    run_until_stopped(process.run(settings, demo=demo, say=_say), deadline_s=DEADLINE_S)


def _say(line: str) -> None:
    typer.echo(line)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("up")(up)
