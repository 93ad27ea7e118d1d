"""The API key with which simulated sources speak to the intake: of a file, or made for the demo."""

from pathlib import Path

from contracts.errors import ConfigurationError
from hub import clock
from hub.demo.keys import demo_source_key
from hub.resources import open_database
from hub.settings import Settings


async def demo_key(settings: Settings) -> str:
    """The demo's own key, entered in the hub's database.

    Raises:
        ConfigurationError: no hub runs here and no database is configured.
    """
    async with open_database(settings) as engine:
        return await demo_source_key(engine, settings.data_dir, clock.now())


def read_key(key_file: Path) -> str:
    """The key in a file.

    Raises:
        ConfigurationError: it cannot be read.
    """
    try:
        return key_file.read_text(encoding="utf-8").strip()
    except OSError as missing:
        raise ConfigurationError(
            f"cannot read the key: {missing.strerror}", where=str(key_file), hint="make one with `hub users key`"
        ) from None
