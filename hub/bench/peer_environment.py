"""A peer that needs torch: an environment of its own, made once by uv in the cache, never part of the hub's."""

import asyncio
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from contracts.errors import AssetMissing, ConfigurationError
from hub.assets import assets_root
from hub.bench import progress

OURS = Path(sys.prefix).parent / ".tools" / "bin"
"""where `make setup` puts uv on a machine that has none"""


async def python_of(
    name: str, packages: Sequence[str], *, built_here: Sequence[str] = (), variables: Mapping[str, str] | None = None
) -> Path:
    """The interpreter of an environment with exactly these requirements; several GB the first time.

    `built_here`: packages that come as source and are built inside the environment, with `packages` as their tools and
    `variables` in their environment.

    Raises:
        ConfigurationError: uv is not installed.
        AssetMissing: the package index cannot be reached.
    """
    folder = assets_root() / "peers" / name
    python, done = folder / "bin" / "python", folder / "made-of"
    wanted = "\n".join([*packages, *built_here])
    if done.is_file() and done.read_text() == wanted:
        return python
    uv = shutil.which("uv") or shutil.which("uv", path=str(OURS))
    if uv is None:
        raise ConfigurationError("uv is not installed", where=f"the peer {name}", hint="pip install uv")
    progress.say(f"{name} is installed into {folder}")
    await _run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder)
    await _run(uv, "pip", "install", "--quiet", "--python", python, *packages)
    if built_here:
        await _run(
            uv, "pip", "install", "--quiet", "--python", python, "--no-build-isolation", *built_here,
            variables=variables,
        )  # fmt: skip
    done.write_text(wanted)
    return python


async def _run(*command: str | Path, variables: Mapping[str, str] | None = None) -> None:
    # The hub's own environment must not leak into the other.
    own = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    child = await asyncio.create_subprocess_exec(
        *command, env=own | dict(variables or {}), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, said = await child.communicate()
    if child.returncode:
        words = said.decode(errors="replace").strip()[-400:]
        raise AssetMissing(
            f"the peer's environment could not be made ({words})", hint="is the package index reachable?"
        )
