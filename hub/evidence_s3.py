"""Pictures and clips in a bucket of an S3 store: for a hub on several machines, or evidence that must outlive one."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from contracts.errors import Outage
from contracts.evidence import EvidenceStore
from hub.evidence import DiskEvidence
from hub.settings import EvidenceSettings, Settings

TIMEOUT = timedelta(seconds=10)
DAY_PARTS = 4
"""of a reference: ev, year, month, day"""


class S3Evidence:
    """`contracts.evidence.EvidenceStore` on Amazon S3, MinIO, Ceph or a cloud's own, by obstore (MIT, Rust)."""

    def __init__(self, settings: EvidenceSettings) -> None:
        self._where = f"{settings.s3_endpoint or 'S3'}/{settings.s3_bucket}"
        self._store = S3Store(
            settings.s3_bucket, endpoint=settings.s3_endpoint or None, region=settings.s3_region,
            access_key_id=settings.s3_access_key, secret_access_key=settings.s3_secret_key.get_secret_value(),
            client_options={"allow_http": settings.s3_endpoint.startswith("http://"), "timeout": TIMEOUT},
            retry_config={"max_retries": 2, "retry_timeout": TIMEOUT},
        )  # fmt: skip

    async def put(self, ref: str, data: bytes) -> str:
        """Store, replacing what was there; returns the SHA-256 in hex.

        Raises:
            Outage: the store is away, refuses us, or has no such bucket.
        """
        async with self._outages("written to"):
            await obstore.put_async(self._store, ref, data)
        return hashlib.sha256(data).hexdigest()

    async def get(self, ref: str) -> bytes | None:
        """The bytes; None when there is no such reference.

        Raises:
            Outage: the store is away or refuses us.
        """
        async with self._outages("read from"):
            try:
                found = await obstore.get_async(self._store, ref)
            except FileNotFoundError:
                return None
            return bytes(await found.bytes_async())

    async def days(self, before: date) -> Sequence[date]:
        """The days before this one of which something is kept, oldest first."""
        found: set[date] = set()
        async with self._outages("listed from"):
            async for batch in obstore.list(self._store, "ev/"):
                found |= {day for one in batch if (day := _day_of(one["path"])) is not None}
        return sorted(day for day in found if day < before)

    async def of_day(self, day: date) -> Sequence[str]:
        """References of a day."""
        refs: list[str] = []
        async with self._outages("listed from"):
            async for batch in obstore.list(self._store, f"ev/{day:%Y/%m/%d}/"):
                refs += [one["path"] for one in batch]
        return refs

    async def delete(self, refs: Sequence[str]) -> None:
        """Remove; what is not there is not missed.

        Raises:
            Outage: the store is away or refuses us.
        """
        if refs:
            async with self._outages("deleted from"):
                await obstore.delete_async(self._store, list(refs))

    @asynccontextmanager
    async def _outages(self, doing: str) -> AsyncIterator[None]:
        try:
            yield
        except (BaseError, OSError) as problem:
            first_line = next(iter(str(problem).splitlines()), type(problem).__name__)
            raise Outage(f"evidence cannot be {doing} {self._where}: {first_line[:200]}") from problem


def open_evidence(settings: Settings) -> EvidenceStore:
    """The bucket of the settings, else the disk of this machine."""
    if settings.evidence.s3_bucket:
        return S3Evidence(settings.evidence)
    return DiskEvidence(settings.data_dir / "evidence")


def _day_of(ref: str) -> date | None:
    try:
        return date(*(int(part) for part in ref.split("/")[1:DAY_PARTS]))
    except (TypeError, ValueError):
        return None
