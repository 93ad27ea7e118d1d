"""Refuse to build a wheel without the console: a hub without its screen is not a hub."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ConsoleIsBuilt(BuildHookInterface):  # type: ignore[type-arg]
    """Check only that the build exists; `make console` makes it. Editable installs pass."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable" or self.target_name != "wheel":
            return
        if not (Path(self.root) / "command_center/static/index.html").is_file():
            raise SystemExit("command_center/static is missing: run `make console` first")
