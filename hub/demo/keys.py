"""The API key with which the demo's simulated sources speak to the intake."""

import hashlib
import os
import secrets
from datetime import datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

KEY_FILE = "demo-intake.key"
SOURCE = "simulator"


async def demo_source_key(engine: AsyncEngine, data_dir: Path, now: datetime) -> str:
    """The key of the simulated sources, made at the first call; only its hash is in the database.

    The plain key lies in `data_dir/demo-intake.key`, readable by its owner alone.
    """
    key = _kept(data_dir / KEY_FILE)
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO source_keys (key_hash, source, feeds, created_at) VALUES (:hash, :source, :feeds, :now) "
                "ON CONFLICT (key_hash) DO NOTHING"
            ),
            {
                "hash": hashlib.sha256(key.encode()).hexdigest(),
                "source": SOURCE,
                "feeds": ["police_110", "grid", "dispute", "petition"],
                "now": now,
            },
        )
    return key


def _kept(path: Path) -> str:
    if path.is_file():
        return path.read_text().strip()
    key = secrets.token_urlsafe(32)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(key + "\n")
    return key
