"""`hub run PROCESS`: one process of the hub, as a service manager or a container starts it."""

import importlib
from enum import StrEnum

import typer

from hub.environment import settings_of_environment
from hub.shutdown import run_until_stopped
from hub.telemetry import configure_logging


class Process(StrEnum):
    """The four processes of a hub."""

    VISION = "vision"
    FEEDS = "feeds"
    FUSION = "fusion"
    CONSOLE = "console"


def run(process: Process) -> None:
    """Run one process until it is told to stop.

    vision: cameras and detection · feeds: 110, grid, disputes, petitions · fusion: signals become incidents ·
    console: the command centre's web server.

    Example: HUB_KAFKA__BOOTSTRAP_SERVERS=kafka:9092 HUB_DATABASE__URL=postgresql://… hub run fusion
    """
    settings = settings_of_environment()
    configure_logging(settings, process.value)
    # Imported late: fusion needs no video library, the console no detector.
    module = importlib.import_module(f"hub.processes.{process.value}")
    run_until_stopped(module.run(settings))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)
