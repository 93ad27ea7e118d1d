"""The logs of all parts under `data_dir/logs`, kept below a size for as long as the hub runs."""

import asyncio
import shutil
from pathlib import Path

MOST_BYTES = 32 * 1024 * 1024
LOOK_EVERY_S = 30.0


async def keep_small(folder: Path) -> None:
    """For ever: a log that has grown too long becomes `….log.1`, in place of the one before it."""
    while True:
        roll_all(folder, MOST_BYTES)
        await asyncio.sleep(LOOK_EVERY_S)


def roll_all(folder: Path, most_bytes: int) -> list[Path]:
    """Set aside every log of the folder that is too long; which they were."""
    return [path for path in sorted(folder.glob("*.log")) if roll(path, most_bytes)]


def roll(path: Path, most_bytes: int) -> bool:
    """Set a log aside when it is longer than `most_bytes`; whether it was.

    It is copied and cut, not renamed: its writers hold it open, and as they append, they go on at its new end. What is
    written between the two is lost; a log is no ledger.
    """
    if path.stat().st_size <= most_bytes:
        return False
    shutil.copyfile(path, path.with_name(f"{path.name}.1"))
    with path.open("r+b") as file:
        file.truncate(0)
    return True
