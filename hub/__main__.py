"""The command `hub`: every group of commands is one file of `hub.cli`; errors become a message and an exit code."""

import importlib
import sys

import click
import typer
from typer.core import TyperGroup

from contracts.errors import HubError

# Name of the command → (module of hub.cli, its line in `hub --help`). A module is imported only when its command is
# called, because the video and model libraries take seconds. It has `app` (a group) or `register(app)` (one command).
COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("up", "Run the whole hub on this machine."),
    "run": ("run", "Run one process: vision, feeds, fusion or console."),
    "db": ("db", "The database's schema."),
    "streams": ("streams", "Check streams.yaml and the cameras in it."),
    "assets": ("assets", "Fetch the starter model and the demo footage."),
    "camera-sim": ("camera_sim", "Serve video files as RTSP cameras with switchable faults."),
    "simulate": ("simulate", "Send invented 110 calls, grid reports, disputes and petitions."),
    "schemas": ("schemas", "Generate JSON Schemas and the AsyncAPI document."),
    "bench": ("bench", "Measure the hub against its peers."),
}


class LateGroup(TyperGroup):
    """Knows the commands by name; imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"hub.cli.{COMMANDS[cmd_name][0]}")
        if hasattr(module, "app"):
            command: click.Command = typer.main.get_group(module.app)
        else:
            holder = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            module.register(holder)
            command = typer.main.get_command(holder)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


app = typer.Typer(
    name="hub",
    cls=LateGroup,
    help="一网通管 · cameras, 110 calls and grid reports become one picture.\n\nExample: hub up --help",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def _hub() -> None:
    """一网通管 · cameras, 110 calls and grid reports become one picture."""


def main() -> None:
    """Run one command; an error made on purpose is told in words, a bug keeps its traceback."""
    try:
        app()
    except HubError as problem:
        sys.stderr.write(f"hub: {problem}\n")
        sys.exit(problem.exit_code)


if __name__ == "__main__":
    main()
