"""Work on a database from a test that is not asynchronous: the commands run a loop of their own."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine

from hub.database import create_engine

T = TypeVar("T")


def on(url: str, work: Callable[[AsyncEngine], Coroutine[Any, Any, T]]) -> T:
    """What the work gives, on an engine of its own."""

    async def opened() -> T:
        engine = create_engine(url)
        try:
            return await work(engine)
        finally:
            await engine.dispose()

    return asyncio.run(opened())
