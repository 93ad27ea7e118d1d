"""Pictures and clips as files under one folder: written whole or not at all, named by reference."""

import hashlib
import os
import re
from pathlib import Path

from contracts.errors import Outage

_REFERENCE = re.compile(r"[A-Za-z0-9_.@-]+(?:/[A-Za-z0-9_.@-]+)*")


class DiskEvidence:
    """`contracts.evidence.EvidenceStore` on a disk. Files are small, so they are written where they are asked for."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, ref: str, data: bytes) -> str:
        """Store, replacing what was there; returns the SHA-256 in hex.

        Raises:
            Outage: the disk is full, away or read-only.
            ValueError: `ref` is no reference (a bug of the caller).
        """
        path = self._path(ref)
        if path is None:
            raise ValueError(f"no evidence reference: {ref!r}")
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(data)
            part.replace(path)
        except OSError as problem:
            raise Outage(f"evidence cannot be written under {self._root}: {problem.strerror or problem}") from problem
        return hashlib.sha256(data).hexdigest()

    async def get(self, ref: str) -> bytes | None:
        """The bytes; None when there is no such reference, or it tries to leave the store."""
        path = self._path(ref)
        if path is None:
            return None
        try:
            return path.read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None

    def _path(self, ref: str) -> Path | None:
        """Only plain names, none of which is a dot name: nothing can climb out or reach a half-written file."""
        if not _REFERENCE.fullmatch(ref) or any(part.startswith(".") for part in ref.split("/")):
            return None
        return self._root / ref
