"""`hub run vision`: cameras in, observations and camera health out; pictures stay here and in the evidence store."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.outbox import Outbox
from contracts.topics import CAMERA_SHARES
from detectors.detector import Detector
from hub import clock, registry
from hub.cameras_file import CamerasFile
from hub.heap import trimmed
from hub.kafka.membership import Membership
from hub.niceness import give_way
from hub.resources import kafka_connection, open_bus, open_database, open_outbox
from hub.settings import Settings
from hub.streams import StreamsError
from hub.telemetry import VISION_PORT, serve_metrics
from hub.vision.eyes import open_detector
from hub.vision.holding import HoldAll, Holding, SharedHolding
from hub.vision.leases import FencedOutbox, Leases
from hub.vision.room import VisionRoom
from hub.waiting import until_up

log = logging.getLogger(__name__)

NICENESS = 10
"""a picture may wait, the newest wins; on a machine of two cores a 110 call may not wait behind pictures"""

GROUP = "vision"
"""the consumer group of all vision workers"""


async def run(settings: Settings) -> None:
    """Watch every camera of the registry until cancelled.

    Raises:
        ConfigurationError: streams.yaml, the model, a rule, or the metrics port needs a person; AssetMissing: the
            starter model is not there.
    """
    give_way(NICENESS)
    detector = open_detector(settings)
    with trimmed():
        await _watch(settings, detector)


async def _watch(settings: Settings, detector: Detector) -> None:
    async with open_database(settings) as engine, open_bus(settings) as bus:
        file = CamerasFile(settings.vision.streams, engine, clock.now)
        await begin(file, engine)
        async with open_holding(settings, engine) as (holding, outbox):
            room = VisionRoom(detector, settings, engine, bus, outbox, epoch_of=holding.epoch)
            ports = serve_metrics(settings, VISION_PORT, lambda: [*file.missing(), *room.missing()])
            async with ports, room.open(), asyncio.TaskGroup() as tasks:
                tasks.create_task(file.keep(), name="streams.yaml")
                tasks.create_task(holding.run(room), name="hold cameras")


@asynccontextmanager
async def open_holding(settings: Settings, engine: AsyncEngine) -> AsyncIterator[tuple[Holding, Outbox]]:
    """On one machine, with the embedded broker, all cameras; else those that the group of workers gives this one."""
    connection = kafka_connection(settings)
    if connection.memory_only:
        yield HoldAll(engine), open_outbox(engine, settings)
        return
    shared = SharedHolding(engine, Membership(connection, CAMERA_SHARES, GROUP), Leases(engine))
    try:
        yield shared, FencedOutbox(engine, shared.standing)
    finally:  # the room has closed by now: its cameras have ended
        await shared.give_back()


async def begin(file: CamerasFile, engine: AsyncEngine) -> None:
    """Apply streams.yaml; a hub without that file uses the registry as it is, one with a bad file as it was.

    Raises:
        ConfigurationError: the file has problems or is not there, and no camera is known either.
    """
    known = await until_up("the registry of cameras", lambda: registry.cameras(engine))
    if not file.path.exists() and known:
        return
    try:
        await until_up("the registry of cameras", file.apply)
    except StreamsError as bad:
        if not known:
            raise
        log.warning("the cameras run as they were: %s", bad)
