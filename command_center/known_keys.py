"""Keys of sources, remembered for a moment: a feed sends twenty reports a second under the same one."""

from collections.abc import Callable
from datetime import datetime, timedelta

from command_center.passwords import hash_token
from command_center.store.people import People, SourceKey

REMEMBERED_FOR = timedelta(seconds=5)
"""a revoked key works at most so much longer"""
MOST = 1_000


class KnownKeys:
    """Asks `source_keys` once per key and moment. Unknown keys are never remembered."""

    def __init__(self, people: People, clock: Callable[[], datetime]) -> None:
        self._people, self._clock = people, clock
        self._known: dict[str, tuple[datetime, SourceKey]] = {}

    async def source_of(self, key: str) -> SourceKey | None:
        """Whose key it is; None for an unknown or revoked one."""
        now, hashed = self._clock(), hash_token(key)
        if (known := self._known.get(hashed)) is not None and abs(now - known[0]) < REMEMBERED_FOR:
            return known[1]
        source = await self._people.source_of_key(hashed)
        self._known.pop(hashed, None)
        if source is not None:
            if len(self._known) >= MOST:
                del self._known[next(iter(self._known))]
            self._known[hashed] = (now, source)
        return source
