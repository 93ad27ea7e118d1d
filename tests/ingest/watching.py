"""Run the decoder against one simulated camera and collect what it delivers."""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from contracts.cameras import Zone
from contracts.errors import CameraUnavailable
from contracts.frames import Frame
from hub import clock
from hub.camera_sim import CameraPath, CameraSim
from ingest.cadence import Mode
from ingest.decoder import decode_camera
from ingest.link import Link
from ingest.thread import run_in_thread

ENVIRON = {"PW": "pa:ss@1/%?"}
IMPATIENT = {"open_timeout_s": 1.0, "read_timeout_s": 0.5}
"""for a camera that is expected to say nothing: on a busy machine one that does answer may need longer than this"""
_PATIENT = {"environ": ENVIRON, "open_timeout_s": 20.0, "read_timeout_s": 10.0}


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait until a condition holds that another thread brings about."""
    while not holds():  # noqa: ASYNC110 - a thread cannot set an asyncio.Event
        await asyncio.sleep(0.01)


@dataclass
class Seen:
    """One connection as a test sees it."""

    link: Link
    frames: list[Frame] = field(default_factory=list)
    outage: CameraUnavailable | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, enough: Callable[["Seen"], bool], timeout_s: float = 20.0) -> None:
        """Wait until `enough` holds; a connection that ended before fails at once and says why."""
        async with asyncio.timeout(timeout_s):
            await eventually(lambda: enough(self) or self.ended.is_set())
        assert enough(self), f"the connection ended before: {self.outage}"


@asynccontextmanager
async def watching(
    url: str,
    *,
    mode: Mode = "full",
    max_width: int | None = None,
    max_fps: float = 100.0,
    masks: tuple[Zone, ...] = (),
    **options: object,
) -> AsyncIterator[Seen]:
    """Decode `url` inside the block."""
    seen = Seen(Link("cam", url, clock.now, lambda frame: seen.frames.append(frame), mode=mode, max_width=max_width))
    seen.link.max_fps, seen.link.masks = max_fps, masks

    async def run() -> None:
        try:
            await run_in_thread(seen.link, functools.partial(decode_camera, **(_PATIENT | options)))
        except CameraUnavailable as outage:
            seen.outage = outage
        finally:
            seen.ended.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(run(), name="watching")
        yield seen
        seen.link.stopping.set()


@asynccontextmanager
async def camera(path: CameraPath, **serving: object) -> AsyncIterator[str]:
    """Serve one camera; gives its address without credentials."""
    async with CameraSim([path]).serving(clock=clock.now, **serving) as sim:
        yield f"{'rtsps' if 'tls' in serving else 'rtsp'}://127.0.0.1:{sim.port}/{path.name}"


def with_user(url: str, userinfo: str) -> str:
    """The address with `user:password`."""
    return url.replace("://", f"://{userinfo}@")
