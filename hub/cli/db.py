"""`hub db`: the database's schema."""

import asyncio

import typer

from hub import database
from hub.environment import settings_of_environment
from hub.resources import open_own_database
from hub.settings import Settings

app = typer.Typer(help="The database's schema.\n\nExample: hub db upgrade", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Bring the schema to the newest revision. `hub up` does it by itself.

    Example: HUB_DATABASE__URL=postgresql://user:password@host/hub hub db upgrade
    """
    typer.echo(f"schema revision {asyncio.run(_upgrade(settings_of_environment()))}")


async def _upgrade(settings: Settings) -> str:
    async with open_own_database(settings) as engine:
        return await database.upgrade(engine)
