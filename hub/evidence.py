"""Pictures and clips as files under one folder: written whole or not at all, named by reference."""

import asyncio
import contextlib
import hashlib
import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from contracts.errors import Outage

_REFERENCE = re.compile(r"[A-Za-z0-9_.@-]+(?:/[A-Za-z0-9_.@-]+)*")

SMALL = 1024 * 1024
"""bytes that a disk takes faster than a thread is woken"""


class DiskEvidence:
    """`contracts.evidence.EvidenceStore` on a disk. Pictures are written where they are asked for, clips in a
    thread."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="evidence")

    async def put(self, ref: str, data: bytes) -> str:
        """Store, replacing what was there; returns the SHA-256 in hex.

        Raises:
            Outage: the disk is full, away or read-only.
            ValueError: `ref` is no reference (a bug of the caller).
        """
        path = self._path(ref)
        if path is None:
            raise ValueError(f"no evidence reference: {ref!r}")
        if len(data) <= SMALL:
            return self._write(path, data)
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._write, path, data)

    def _write(self, path: Path, data: bytes) -> str:
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(data)
            part.replace(path)
        except OSError as problem:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)  # half a clip would keep a full disk full
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

    async def days(self, before: date) -> Sequence[date]:
        """The days before this one of which there is a folder, oldest first."""
        found = [_day_of(path.relative_to(self._root)) for path in self._root.glob("ev/*/*/*")]
        return sorted(day for day in found if day is not None and day < before)

    async def of_day(self, day: date) -> Sequence[str]:
        """References of a day's files; what is half written is not among them."""
        folder = self._root / f"ev/{day:%Y/%m/%d}"
        paths = sorted(folder.iterdir()) if folder.is_dir() else []
        return [path.relative_to(self._root).as_posix() for path in paths if not path.name.startswith(".")]

    async def delete(self, refs: Sequence[str]) -> None:
        """Remove the files, and their day's folder once it is empty.

        Raises:
            Outage: the disk is away or read-only.
        """
        paths = [path for ref in refs if (path := self._path(ref)) is not None]
        try:
            for path in paths:
                path.unlink(missing_ok=True)
        except OSError as problem:
            raise Outage(f"evidence cannot be deleted: {problem.strerror or problem}") from problem
        for folder in {path.parent for path in paths}:
            with contextlib.suppress(OSError):
                for left in folder.glob(".*.part"):  # by a process that died while it wrote
                    left.unlink()
                folder.rmdir()

    def _path(self, ref: str) -> Path | None:
        """Only plain names, none of which is a dot name: nothing can climb out or reach a half-written file."""
        if not _REFERENCE.fullmatch(ref) or any(part.startswith(".") for part in ref.split("/")):
            return None
        return self._root / ref


def _day_of(relative: Path) -> date | None:
    try:
        return date(*(int(part) for part in relative.parts[1:4]))
    except (TypeError, ValueError):
        return None
