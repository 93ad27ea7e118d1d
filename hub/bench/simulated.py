"""The simulated cameras of a bench: a process of their own, whose processor time nobody is charged for."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from contracts.errors import HubError
from hub import clock
from hub.embedded import children
from hub.embedded.ports import free_port

START_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Simulated:
    """Where they are."""

    urls: Sequence[str]
    control_port: int


@asynccontextmanager
async def simulated(clip: Path, cameras: int, folder: Path) -> AsyncIterator[Simulated]:
    """So many cameras that show a clip, each its own second, `cam1` and on.

    Raises:
        HubError: they did not start; holds their last words.
    """
    port, control, log = free_port(), free_port(), folder / "camera-sim.log"
    command = [sys.executable, "-m", "hub", "camera-sim", "--camera", f"cam*{cameras}={clip}", "--auth", "none",
               "--port", str(port), "--control-port", str(control)]  # fmt: skip
    child = children.spawn(command, log=log, death_signal=signal.SIGTERM, environment=os.environ)
    try:
        deadline_s = clock.monotonic_s() + START_WITHIN_S
        while "streams on" not in log.read_text():
            if child.poll() is not None or clock.monotonic_s() > deadline_s:
                raise HubError(f"camera-sim did not start: {log.read_text()[-800:]}")
            await asyncio.sleep(0.05)
        yield Simulated([f"rtsp://127.0.0.1:{port}/cam{number + 1}" for number in range(cameras)], control)
    finally:
        await children.stop(child, first=signal.SIGTERM, within_s=5.0)
