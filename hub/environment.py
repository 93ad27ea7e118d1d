"""Reading `HUB_…` variables, with words for a person when one of them is wrong."""

import difflib
import os
from collections.abc import Mapping

from pydantic import BaseModel, ValidationError

from contracts.errors import ConfigurationError
from hub.settings import Settings


def settings_of_environment() -> Settings:
    """The settings of this process.

    Raises:
        ConfigurationError: names the variable, what is wrong with it, and the nearest known name.
    """
    refuse_unknown(os.environ)
    try:
        return Settings()
    except ValidationError as bad:
        first = bad.errors(include_url=False, include_context=False, include_input=False)[0]
        raise ConfigurationError(
            first["msg"],
            where="HUB_" + "__".join(str(part) for part in first["loc"]).upper(),
            hint=ALL_SETTINGS,
        ) from None


def refuse_unknown(environment: Mapping[str, str]) -> None:
    """A mistyped variable would otherwise be ignored in silence."""
    known = set(_names(Settings, "HUB_")) | OTHERS
    for name in sorted(environment):
        if name.upper().startswith("HUB_") and not _is_known(name.upper(), known):
            near = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f"did you mean {near[0]}?" if near else ALL_SETTINGS
            raise ConfigurationError("no such setting", where=name, hint=hint)


def _is_known(name: str, known: set[str]) -> bool:
    # Members of a mapping (HUB_FEEDS__DATUM__police_110) stand below a known name.
    return any(name == one or name.startswith(one + "__") for one in known)


ALL_SETTINGS = "all settings: docs/schemas/settings.md"
OTHERS = {"HUB_ASSETS_DIR", "HUB_PERSONAL_KEY"}
"""variables outside the settings: where assets lie, and the key of the personal fields"""


def _names(model: type[BaseModel], prefix: str) -> list[str]:
    names: list[str] = []
    for field, info in model.model_fields.items():
        name = prefix + field.upper()
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            names += _names(kind, name + "__")
        else:
            names.append(name)
    return names
