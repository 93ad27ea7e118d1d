"""`hub run vision`: cameras in, observations and camera health out; pictures stay here and in the evidence store."""

import asyncio
import os

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.cameras import Camera
from hub import clock, registry, streams
from hub.resources import open_bus, open_database, open_outbox
from hub.settings import Settings
from hub.telemetry import VISION_PORT, serve_metrics
from hub.vision.eyes import open_detector
from hub.vision.room import VisionRoom

NICENESS = 10
"""a picture may wait, the newest wins; on a machine of two cores a 110 call may not wait behind pictures"""


async def run(settings: Settings) -> None:
    """Watch every camera of the registry until cancelled.

    Raises:
        ConfigurationError: streams.yaml, the model, a rule, or the metrics port needs a person; AssetMissing: the
            starter model is not there.
    """
    os.nice(NICENESS)
    detector = open_detector(settings)
    async with open_database(settings) as engine, open_bus(settings) as bus:
        cameras = await cameras_of(engine, settings)
        room = VisionRoom(detector, settings, engine, bus, open_outbox(engine, settings))
        async with serve_metrics(settings, VISION_PORT, room.missing), room.open():
            await room.hold(cameras)
            await asyncio.Event().wait()


async def cameras_of(engine: AsyncEngine, settings: Settings) -> tuple[Camera, ...]:
    """The registry, after streams.yaml was applied to it; a hub without that file uses the registry as it is.

    Raises:
        ConfigurationError: the file has problems, or there is neither file nor camera.
    """
    known = await registry.cameras(engine)
    if settings.vision.streams.exists() or not known:
        await registry.apply(engine, streams.load(settings.vision.streams).cameras, clock.now())
        known = await registry.cameras(engine)
    return known
