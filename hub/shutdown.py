"""Running a process until it is told to stop: SIGINT and SIGTERM cancel it, and a deadline sees to the rest."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Coroutine, Iterator

from contracts.errors import HubError

log = logging.getLogger(__name__)

DEADLINE_S = 4.0
"""a hub stops within five seconds: what has not let go by then (a decoder in a driver, say) is cut off"""
FORCED = 70


def run_until_stopped(work: Coroutine[object, object, None], *, deadline_s: float = DEADLINE_S) -> None:
    """Run `work` in a fresh event loop until it ends or a signal comes; a second signal ends at once.

    Raises:
        HubError: what ended it, if it was made on purpose, out of however many task groups.
    """
    try:
        asyncio.run(_guarded(work, deadline_s))
    except BaseExceptionGroup as group:
        leaves = list(_leaves(group))
        if all(isinstance(leaf, HubError) for leaf in leaves):
            raise leaves[0] from group
        raise


async def _guarded(work: Coroutine[object, object, None], deadline_s: float) -> None:
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(work, name="process")
        stopping = _Stopping(running, deadline_s)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopping.ask, number)


class _Stopping:
    def __init__(self, running: asyncio.Task[None], deadline_s: float) -> None:
        self._running, self._deadline_s = running, deadline_s
        self._asked = False

    def ask(self, number: int) -> None:
        if self._asked:
            os._exit(128 + number)
        self._asked = True
        log.info("stopping (%s)", signal.Signals(number).name)
        # A thread and not a task: it must also fire when the loop, or the interpreter's own exit, hangs.
        overdue = threading.Timer(self._deadline_s, os._exit, (FORCED,))
        overdue.daemon = True
        overdue.start()
        self._running.cancel()


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for one in group.exceptions:
        if isinstance(one, BaseExceptionGroup):
            yield from _leaves(one)
        else:
            yield one
