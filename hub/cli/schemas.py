"""`hub schemas`: write the documents of all contracts, or fail when the committed ones are stale."""

from pathlib import Path
from typing import Annotated, Any

import typer

from contracts.errors import ConfigurationError
from hub import schemas, streams

HELP = "JSON Schemas, AsyncAPI, OpenAPI: the contracts as documents.\n\nExample: hub schemas check"
app = typer.Typer(help=HELP, no_args_is_help=True)

Folder = Annotated[Path, typer.Option(help="where the documents lie")]
FOLDER = Path("docs/schemas")


def documents() -> dict[str, dict[str, Any] | str]:
    """File name → document, everything that `docs/schemas` holds."""
    # Imported late: `hub` starts every process, and only this command and the console need the web framework.
    from command_center.app import bare_app

    return {
        **schemas.json_schemas(),
        "asyncapi.json": schemas.asyncapi(),
        "openapi.json": bare_app().openapi(),
        "settings.md": schemas.settings_table(),
        "streams.schema.json": streams.json_schema(),
    }


@app.command()
def write(folder: Folder = FOLDER) -> None:
    """Write every document anew.

    Example: hub schemas write
    """
    changed = schemas.write(folder, documents())
    for path in changed:
        typer.echo(path)
    typer.echo(f"{len(changed)} changed")


@app.command()
def check(folder: Folder = FOLDER) -> None:
    """Fail when a document is missing or differs from the code.

    Example: hub schemas check
    """
    stale = schemas.stale(folder, documents())
    if stale:
        raise ConfigurationError(f"stale: {', '.join(stale)}", where=str(folder), hint="run: hub schemas write")
