"""A peer that needs torch: an environment of its own, made once by uv in the cache, never part of the hub's."""

import asyncio
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from contracts.errors import AssetMissing, ConfigurationError
from hub.assets import assets_root
from hub.bench import progress


async def python_of(name: str, packages: Sequence[str]) -> Path:
    """The interpreter of an environment with exactly these requirements; several GB the first time.

    Raises:
        ConfigurationError: uv is not installed.
        AssetMissing: the package index cannot be reached.
    """
    folder = assets_root() / "peers" / name
    python, done = folder / "bin" / "python", folder / "made-of"
    wanted = "\n".join(packages)
    if done.is_file() and done.read_text() == wanted:
        return python
    uv = shutil.which("uv")
    if uv is None:
        raise ConfigurationError("uv is not installed", where=f"the peer {name}", hint="pip install uv")
    progress.say(f"{name} is installed into {folder}")
    await _run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder)
    await _run(uv, "pip", "install", "--quiet", "--python", python, *packages)
    done.write_text(wanted)
    return python


async def _run(*command: str | Path) -> None:
    # The hub's own environment must not leak into the other.
    variables = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    child = await asyncio.create_subprocess_exec(
        *command, env=variables, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, said = await child.communicate()
    if child.returncode:
        words = said.decode(errors="replace").strip()[-400:]
        raise AssetMissing(
            f"the peer's environment could not be made ({words})", hint="is the package index reachable?"
        )
