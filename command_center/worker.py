"""Everything the console does beside answering requests: follows the change log, the topics, the registry, sessions."""

import asyncio
import gc
import socket
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import TypeVar

from pydantic import TypeAdapter

from command_center.actions import ActionDesk
from command_center.app import create_app
from command_center.board_feed import BoardFeed
from command_center.board_messages import ActionResultMessage
from command_center.loops import Work, every, follow, through_outages
from command_center.ports import Ports
from command_center.server import serve
from command_center.store.database import Database
from command_center.store.listen import listening
from command_center.webhooks import Target
from contracts.actions import ActionResult
from contracts.bus import Bus
from contracts.cameras import CameraStatus
from contracts.status import SourceStatus
from contracts.topics import ACTION_RESULTS, CAMERA_STATUS, SOURCE_STATUS, Topic

T = TypeVar("T")

VIEWS_EVERY_S, REGISTRY_EVERY_S, SESSIONS_EVERY_S, PRUNE_EVERY_S = 1.0, 5.0, 10.0, 600.0
SUPPRESSIONS_EVERY_S, WEBHOOKS_EVERY_S = 1.0, 1.0
SETTLE_EVERY_S, MANY_ROWS = 60.0, 1_000
KEEP_CHANGES, KEEP_FOR = 200_000, timedelta(hours=24)
"""a change is pruned once it is older than both"""


async def run_console(ports: Ports, database: Database, bus: Bus, bound: socket.socket) -> None:
    """Until cancelled. The web server answers from the first moment; /readyz tells when the board is loaded."""
    upkeep = Upkeep(ports, database, bus)
    async with asyncio.TaskGroup() as group:
        for name, work in upkeep.loops().items():
            group.create_task(work(), name=name)
        group.create_task(serve(create_app(ports), bound), name="web")


class Upkeep:
    """The loops, each living through outages of its own."""

    def __init__(self, ports: Ports, database: Database, bus: Bus) -> None:
        self._ports, self._database, self._bus, self._stores = ports, database, bus, ports.stores
        self._feed = BoardFeed(ports, database)
        self._desk = ActionDesk(
            ports.stores.desks, ports.config, ports.clock, ports.geography.unit_name, ports.room.acted
        )

    def loops(self) -> dict[str, Work]:
        """Name of the task → its work."""
        return {
            "room": self._ports.room.run,
            "live": self._ports.live.run,
            "board": lambda: through_outages("board", self._feed.run, self._database_lost),
            "camera-status": self._topic(CAMERA_STATUS, CameraStatus, self._hear_camera, from_start=True),
            "source-status": self._topic(SOURCE_STATUS, SourceStatus, self._hear_source, from_start=True),
            "action-results": self._topic(ACTION_RESULTS, ActionResult, self._hear_answer, from_start=False),
            "registry": lambda: through_outages("registry", self._follow_registry, self._database_lost),
            "views": self._every("views", VIEWS_EVERY_S, self._show_views),
            "suppressions": self._every("suppressions", SUPPRESSIONS_EVERY_S, self._keep_suppressions),
            **{
                f"webhook {target.name}": self._every(f"webhook {target.name}", WEBHOOKS_EVERY_S, self._telling(target))
                for target in self._ports.webhooks.targets
            },
            "sessions": self._every("sessions", SESSIONS_EVERY_S, self._end_sessions),
            "prune": self._every("prune", PRUNE_EVERY_S, self._prune),
            "memory": self._every("memory", SETTLE_EVERY_S, self._settle_memory),
        }

    def _topic(self, topic: Topic, kind: type[T], hear: Callable[[T], Awaitable[None]], *, from_start: bool) -> Work:
        def work() -> Coroutine[None, None, None]:
            return follow(self._bus, topic, TypeAdapter(kind), hear, from_start=from_start, opened=self._broker_found)

        return lambda: through_outages(topic.name, work, self._broker_lost)

    def _every(self, name: str, seconds: float, work: Work) -> Work:
        return lambda: through_outages(name, lambda: every(seconds, work), self._database_lost)

    async def _hear_camera(self, status: CameraStatus) -> None:
        self._ports.camera_views.hear(status)

    async def _hear_source(self, status: SourceStatus) -> None:
        self._ports.source_views.hear(status)

    async def _hear_answer(self, result: ActionResult) -> None:
        await self._desk.answered(result)
        self._ports.room.answer(ActionResultMessage.model_validate(result.model_dump()))

    async def _follow_registry(self) -> None:
        async with listening(self._database, "cameras") as changed:
            while True:
                self._ports.camera_views.register(await self._stores.cameras.all())
                await changed.wait(REGISTRY_EVERY_S)

    async def _show_views(self) -> None:
        self._ports.room.views_changed()

    async def _keep_suppressions(self) -> None:
        await self._ports.suppressions.keep(self._ports.clock())

    def _telling(self, target: Target) -> Work:
        async def tell() -> None:
            await self._ports.webhooks.tell(target)

        return tell

    async def _end_sessions(self) -> None:
        seated = {seat.session for seat in self._ports.room.seats if seat.session} | self._ports.live.sessions()
        living = await self._stores.people.living(seated, self._ports.clock())
        self._ports.room.end_sessions(seated - living)
        self._ports.live.end_sessions(seated - living)

    async def _prune(self) -> None:
        await self._stores.wall.prune(self._ports.clock(), keep=KEEP_CHANGES, older_than=KEEP_FOR)

    async def _settle_memory(self) -> None:
        """The wall's rows live for hours: out of the garbage collector's walks, which at 10,000 rows take 100 ms."""
        if len(self._ports.board) >= MANY_ROWS:
            gc.collect()
            gc.freeze()

    def _broker_found(self) -> None:
        self._ports.source_views.broker = True

    def _broker_lost(self) -> None:
        self._ports.source_views.broker = False

    def _database_lost(self) -> None:
        self._ports.source_views.database = False
