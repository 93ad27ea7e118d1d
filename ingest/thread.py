"""One dedicated thread per connection, joined to the event loop: never the small shared pool of `asyncio.to_thread`."""

import asyncio
import contextlib
import sys
import threading
from collections.abc import Callable

from contracts.errors import CameraUnavailable
from ingest.link import Link

STOP_GRACE_S = 1.0
"""How long a stop waits for the camera's thread; it ends within some tenths of a second, waiting in FFmpeg or not."""

Decode = Callable[[Link], None]
"""Blocks its thread and delivers pictures until the link is stopped; raises `CameraUnavailable`."""


async def run_in_thread(link: Link, decode: Decode) -> None:
    """Run one connection in a thread of its own; returns when it ends, raises what it raised.

    When it is cancelled it stops the link and waits `STOP_GRACE_S` for the thread.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def settle(problem: BaseException | None) -> None:
        if done.done():
            return
        if problem is None:
            done.set_result(None)
        else:
            done.set_exception(problem)

    def body() -> None:
        outage: CameraUnavailable | None = None
        try:
            decode(link)
        except CameraUnavailable as raised:
            # Where it was raised holds the decoder with all its pictures, in a circle that is only broken now and then.
            outage = raised.with_traceback(None)
            outage.__context__ = None
        finally:  # a bug is passed to the loop as well as to the thread's own hook
            with contextlib.suppress(RuntimeError):  # the loop is closed: the process is leaving
                loop.call_soon_threadsafe(settle, outage or sys.exc_info()[1])

    threading.Thread(target=body, name=f"camera:{link.camera_id}", daemon=True).start()
    try:
        await asyncio.wait({done})
    finally:
        link.stopping.set()
        await asyncio.wait({done}, timeout=STOP_GRACE_S)  # at once when it is done
        if not done.cancel():
            done.exception()  # seen, so that asyncio does not report it as forgotten
    done.result()
