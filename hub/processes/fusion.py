"""`hub run fusion`: signals and actions in, incidents out, one transaction a batch."""

import asyncio
import random
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.rejected import FieldError
from fusion.ledger import Ledger
from fusion.ledger_border import BorderLedger
from fusion.ledger_versions import Versions
from fusion.memory import walk_seldom
from fusion.set_aside import Reject
from fusion.worker import FusionWorker
from hub import clock
from hub.database import outages
from hub.numbers import in_force, of_settings
from hub.personal import Vault, open_vault
from hub.rejected import Dead, bury
from hub.resources import open_bus, open_database
from hub.settings import Settings
from hub.telemetry import FUSION_PORT, serve_metrics
from hub.waiting import Backoff


class OwnTopic(StrEnum):
    """The hub's own topics that fusion reads: their unreadable records are dead letters, too."""

    SIGNALS = "signals"
    ACTIONS = "actions"


async def run(settings: Settings) -> None:
    """Open the database and the bus, and fuse until cancelled.

    Raises:
        ConfigurationError: the parameters' file, the broker, the database or the metrics port needs a person.
    """
    params = of_settings(settings)
    walk_seldom()
    async with open_database(settings) as engine, open_bus(settings) as bus:
        versions = Versions(engine, outages)
        worker = FusionWorker(
            bus,
            Ledger(engine, outages),
            dead_letters(engine, open_vault(settings)),
            clock.now,
            pause,
            params=params,
            partitions=settings.fusion.partitions,
            borders=BorderLedger(engine, outages, settings.fusion.partitions),
            in_force=lambda: in_force(versions, params),
        )
        async with serve_metrics(settings, FUSION_PORT, lambda: missing(worker)):
            await worker.run()


def missing(worker: FusionWorker) -> list[str]:
    """Why fusion is not ready."""
    return [] if worker.connected else ["waiting for the broker or the database"]


async def pause(failures: int) -> None:
    """Wait before trying again, longer the more tries failed."""
    await asyncio.sleep(Backoff().delay_s(max(0, failures - 1), random.random()))


def dead_letters(engine: AsyncEngine, vault: Vault) -> Reject:
    """Keeps unreadable records sealed, and says so on the topic `rejected`."""

    async def reject(*, source: str, reason: str, field: str, hint: str, body: bytes) -> None:
        error = FieldError(field=field, reason=reason, hint=hint)
        dead = Dead(OwnTopic(source), "fusion", "", (error,), body, keep=body)
        with outages():
            async with engine.begin() as connection:
                await bury(connection, vault, dead, clock.now())

    return reject
