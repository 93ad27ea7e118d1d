"""The numbers that fusion decides by here: the version that a person put into force, or those of the settings."""

from fusion.ledger_versions import Versions
from fusion.policy import Params, load_params
from hub.settings import Settings


def of_settings(settings: Settings) -> Params:
    """Those that hold while nobody has put a version into force.

    Raises:
        ConfigurationError: a file of the settings is not there or not what it should be.
    """
    return load_params(settings.fusion.params, settings.fusion.barriers)


async def in_force(versions: Versions, own: Params) -> Params | None:
    """The version that a person put into force, with this place's barriers where the version has none."""
    version = await versions.in_force()
    if version is None or version.barriers or not own.barriers:
        return version
    return version.model_copy(update={"barriers": own.barriers})


async def in_use(versions: Versions, settings: Settings) -> Params:
    """What a record that came now would be decided by.

    Raises:
        ConfigurationError: a file of the settings, or a version of another release, cannot be read.
    """
    own = of_settings(settings)
    return await in_force(versions, own) or own
