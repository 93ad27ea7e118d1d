"""How far a bench is: the bench says it, the command line shows it, tests need not care."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Tell = Callable[[str, int, int], None]
"""what is being done, how much of it is done, out of how much"""

_tell: ContextVar[Tell | None] = ContextVar("tell", default=None)


@contextmanager
def told_to(tell: Tell) -> Iterator[None]:
    """Inside the block, `say` reaches `tell`; also from tasks that are started in it."""
    token = _tell.set(tell)
    try:
        yield
    finally:
        _tell.reset(token)


def say(doing: str, done: int = 0, total: int = 0) -> None:
    """Say how far it is; `total` 0: nobody knows."""
    if (tell := _tell.get()) is not None:
        tell(doing, done, total)
