"""`hub run console`: the command centre on its port, fed by the database and the bus."""

import asyncio
from datetime import timedelta
from functools import partial
from random import Random

from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.board import Board
from command_center.geography import Geography
from command_center.live import LiveRelay
from command_center.passwords import Passwords
from command_center.ports import ConsoleConfig, Ports, Sampling, Stores
from command_center.recurrence import Definition
from command_center.room import Room
from command_center.server import bind
from command_center.store.audit import Audit
from command_center.store.database import Database
from command_center.store.desk import Desks
from command_center.store.health_log import HealthLog
from command_center.store.incidents import Cameras, Incidents
from command_center.store.labels import Labels
from command_center.store.people import People
from command_center.store.prevention import Prevention
from command_center.store.suppressions import Suppressions
from command_center.store.wall import Wall
from command_center.store.webhooks import WebhookBox
from command_center.suppression import Limits
from command_center.suppression_desk import SuppressionDesk
from command_center.tickets import Tickets
from command_center.views import CameraViews, SourceViews
from command_center.webhook_desk import WebhookDesk
from command_center.webhooks import targets_of
from command_center.worker import run_console
from contracts.errors import DatabaseUnavailable
from fusion.learning.audit import is_audited, weight_of
from fusion.ledger_corrections import Corrections
from fusion.ledger_versions import Versions
from hub import clock
from hub.camera_desk import HubCameraDesk
from hub.cameras_file import CamerasFile
from hub.database import outages, ping
from hub.demo.settings import MAP_DIR
from hub.evidence_s3 import open_evidence
from hub.intake import open_intake
from hub.live.client import WorkerPictures
from hub.live.signature import secret_of
from hub.numbers import in_use
from hub.outbox import relay
from hub.outbox_handover import Handover, pass_on
from hub.parameter_versions import HubVersions
from hub.personal import PostgresPersonalFields, open_vault
from hub.rejected import DeadLetters
from hub.resources import open_bus, open_database
from hub.settings import Settings
from hub.webhook_post import post


async def run(settings: Settings) -> None:
    """Until cancelled. The port is taken first: a port in use is said before anything is waited for.

    Raises:
        ConfigurationError: the port is in use, the map cannot be read, no database is configured.
    """
    bound = bind(settings.console.host, settings.console.port)
    try:
        async with open_database(settings) as engine, open_bus(settings) as bus:
            handover = Handover()
            ports = open_ports(settings, engine, handover)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(relay(engine, bus, clock.now), name="outbox")
                    group.create_task(pass_on(handover, engine, bus), name="handed over")
                    file = CamerasFile(settings.vision.streams, engine, clock.now)
                    group.create_task(file.keep(), name="streams.yaml")
                    group.create_task(run_console(ports, Database(engine), bus, bound), name="console")
            finally:
                ports.passwords.close()
    finally:
        bound.close()


def open_ports(settings: Settings, engine: AsyncEngine, handover: Handover | None = None) -> Ports:
    """Everything the console is given."""
    config, database, board = config_of(settings), Database(engine), Board()
    suppressions = SuppressionDesk(Suppressions(database), board, config.suppression)
    cameras, sources = CameraViews(clock.now), SourceViews()
    vault, intake = open_vault(settings), open_intake(settings, engine, handover)
    secret = secret_of(settings)

    async def ready() -> dict[str, bool]:
        try:
            await ping(engine)
        except DatabaseUnavailable:
            return {"database": False, "board": board.loaded}
        return {"database": True, "board": board.loaded}

    return Ports(
        config=config,
        clock=clock.now,
        stores=Stores(
            people=People(database),
            audit=Audit(database),
            incidents=Incidents(database),
            cameras=Cameras(database),
            health_log=HealthLog(database),
            wall=Wall(database),
            prevention=Prevention(database),
            desks=Desks(database, handover),
            labels=Labels(database),
        ),
        passwords=Passwords(),
        board=board,
        room=Room(board, cameras, sources, suppressions, clock.now, clock.monotonic_s),
        suppressions=suppressions,
        webhooks=WebhookDesk(WebhookBox(database), targets_of(_webhooks(settings)), post, clock.now, Random()),
        camera_views=cameras,
        source_views=sources,
        geography=Geography(settings.console.map_dir or MAP_DIR),
        intake=intake,
        personal=PostgresPersonalFields(engine, vault),
        evidence=open_evidence(settings),
        rejected=DeadLetters(engine, vault, intake, settings.fusion.partitions),
        versions=HubVersions(Versions(engine, outages), clock.now),
        sampling=Sampling(is_audited, weight_of),
        cases=Corrections(engine, outages, partial(in_use, Versions(engine, outages), settings)),
        camera_desk=HubCameraDesk(settings.vision.streams, engine, clock.now),
        live=LiveRelay(WorkerPictures(secret, clock.now), cameras.live_at, clock.monotonic_s),
        tickets=Tickets(secret),
        ready=ready,
    )


def _webhooks(settings: Settings) -> dict[str, tuple[str, str, bool]]:
    return {
        name: (one.url, one.secret.get_secret_value(), one.exercise) for name, one in settings.console.webhooks.items()
    }


def config_of(settings: Settings) -> ConsoleConfig:
    """The settings in the console's terms."""
    console = settings.console
    return ConsoleConfig(
        city_name=console.city_name,
        exercise=settings.exercise,
        session_idle=timedelta(minutes=console.session_idle_minutes),
        session_life=timedelta(hours=console.session_hours),
        claim_for=timedelta(minutes=console.claim_minutes),
        undo_for=timedelta(seconds=console.undo_seconds),
        secure_cookie=console.public_url.startswith("https://"),
        origins=frozenset({console.public_url.rstrip("/")} - {""}),
        media_origins=frozenset(origin.rstrip("/") for origin in console.media_origins),
        flood_count=console.flood_count,
        flood_minutes=console.flood_minutes,
        suppression=Limits(
            longest=timedelta(hours=console.suppression_hours),
            idle=timedelta(minutes=console.suppression_idle_minutes),
            most_km2=console.suppression_km2,
        ),
        recurrence=Definition(console.recurrence_days, console.recurrence_least, console.recurrence_radius_m),
        partitions=settings.fusion.partitions,
        map_dir=console.map_dir or MAP_DIR,
        pmtiles=console.pmtiles,
    )
