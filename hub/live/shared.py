"""Things that are opened for the first who wants one and closed after the last."""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(slots=True)
class _One(Generic[V]):
    value: asyncio.Future[V]
    users: int = 0
    unused: asyncio.Event = field(default_factory=asyncio.Event)


class Shared(Generic[K, V]):
    """Keeps at most one open per key. Each lives in a task of its own, so that whoever came first may leave first."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self._open: dict[K, _One[V]] = {}

    def __len__(self) -> int:
        return len(self._open)

    @asynccontextmanager
    async def use(self, key: K, make: Callable[[], AbstractAsyncContextManager[V]]) -> AsyncIterator[V]:
        """The open one of this key, or a new one."""
        one = self._open.get(key)
        if one is None:
            one = self._open[key] = _One(asyncio.get_running_loop().create_future())
            self._tasks.create_task(self._keep(one, make), name=f"live: {key}")
        one.users += 1
        try:
            yield await asyncio.shield(one.value)
        finally:
            one.users -= 1
            if not one.users:
                del self._open[key]
                one.unused.set()

    async def _keep(self, one: _One[V], make: Callable[[], AbstractAsyncContextManager[V]]) -> None:
        async with make() as value:
            one.value.set_result(value)
            await one.unused.wait()
