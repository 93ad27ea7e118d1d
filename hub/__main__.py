"""The command `hub`: every group of commands is one file of `hub.cli`; errors become a message and an exit code."""

import importlib
import sys

import typer

from contracts.errors import HubError

# Name of the command → (module of hub.cli, its line in `hub --help`). A module is imported only when its command is
# called, because the video and model libraries take seconds. It has `app` (a group) or `register(app)` (one command).
COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("up", "Run the whole hub on this machine."),
    "run": ("run", "Run one process: vision, feeds, fusion or console."),
    "db": ("db", "The database's schema."),
    "streams": ("streams", "Check streams.yaml and the cameras in it."),
    "assets": ("assets", "Fetch the starter model and the demo footage."),
    "models": ("models", "List, check and pull detection models."),
    "camera-sim": ("camera_sim", "Serve video files as RTSP cameras with switchable faults."),
    "simulate": ("simulate", "Invented reports; a city's day with its truth; drills; 311 records."),
    "record": ("record", "Write what fusion has heard, for a replay."),
    "replay": ("replay", "Run a recorded hour of signals through fusion."),
    "explain": ("explain", "Why a signal went where it went."),
    "corrections": ("corrections", "What people corrected, as test cases."),
    "fusion": ("fusion", "Fit fusion's numbers to this city, look at the report, apply it or take it back."),
    "rejected": ("rejected", "What could not be read: list it, send it again."),
    "schemas": ("schemas", "Generate JSON Schemas and the AsyncAPI document."),
    "users": ("users", "The people who sign in, their passwords, links and tokens."),
    "bench": ("bench", "Measure the hub against its peers."),
}


def command_line(wanted: str | None) -> typer.Typer:
    """The command line with the command `wanted` in full, and of the others their name and line for `--help`."""
    app = typer.Typer(
        name="hub",
        help="一网通管 · cameras, 110 calls and grid reports become one picture.\n\nExample: hub up --help",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for name, (module_name, line) in COMMANDS.items():
        if name != wanted:
            app.command(name, help=line)(_elsewhere)
            continue
        module = importlib.import_module(f"hub.cli.{module_name}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            module.register(app)
    return app


def _elsewhere() -> None:
    raise AssertionError("the called command is always the one that was imported")


def main() -> None:
    """Run one command; an error made on purpose is told in words, a bug keeps its traceback."""
    try:
        command_line(sys.argv[1] if len(sys.argv) > 1 else None)()
    except HubError as problem:
        sys.stderr.write(f"hub: {problem}\n")
        sys.exit(problem.exit_code)


if __name__ == "__main__":
    main()
