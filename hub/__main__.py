"""The command `hub`: every group of commands is one file of `hub.cli`; errors become a message and an exit code."""

import sys

import typer

from contracts.errors import HubError
from hub.cli import assets, camera_sim, schemas, simulate, streams

app = typer.Typer(
    name="hub",
    help="一网通管 · cameras, 110 calls and grid reports become one picture.\n\nExample: hub up --help",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(assets.app, name="assets")
app.add_typer(camera_sim.app, name="camera-sim")
app.add_typer(streams.app, name="streams")
app.add_typer(schemas.app, name="schemas")
simulate.register(app)


def main() -> None:
    """Run one command; an error made on purpose is told in words, a bug keeps its traceback."""
    try:
        app()
    except HubError as problem:
        sys.stderr.write(f"hub: {problem}\n")
        sys.exit(problem.exit_code)


if __name__ == "__main__":
    main()
