"""Which cameras this worker holds: all of the registry on one machine, its shares of it where workers are many."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Protocol

from prometheus_client import Gauge
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.cameras import Camera
from contracts.errors import DatabaseUnavailable
from hub import registry
from hub.clock import monotonic_s
from hub.kafka.membership import HEARTBEAT_S, SESSION_S
from hub.registry import Difference, Registered
from hub.vision.leases import CHANNEL, LEASE_S, Lease, Leases
from hub.waiting import until_up
from hub.wakeup import Wakeup

log = logging.getLogger(__name__)

SHARES = Gauge("hub_vision_shares", "shares of the cameras that this worker of many holds")

READ_EVERY_S = 5.0
"""the registry tells its changes; this is for one that was not heard"""
RENEW_EVERY_S, ASK_EVERY_S = 2.0, 0.5
"""a lease that is held, and one that another still holds"""
SURELY_A_MEMBER_S = SESSION_S - 2 * HEARTBEAT_S
"""so long after the broker's last answer nobody else can have been given our shares"""


class Room(Protocol):
    """Where cameras are watched."""

    async def hold(self, cameras: Iterable[Camera]) -> Difference:
        """Hold exactly these; what goes has ended on return."""
        ...


class Member(Protocol):
    """A member of the group of workers."""

    def confirmed_s_ago(self) -> float:
        """Seconds since a broker answered last."""
        ...

    async def run(self, told: Callable[[frozenset[int]], None]) -> None:
        """For ever; `told` is called with this member's shares after every assignment."""
        ...


class Holding(Protocol):
    """Says which cameras the room watches."""

    def epoch(self, camera_id: str) -> int:
        """How often this camera was taken over, as a number that only grows; 0 where there is one worker."""
        ...

    async def run(self, room: Room) -> None:
        """Keep the room to it, for ever."""
        ...


class HoldAll:
    """Every camera of the registry as it is now: the only worker, on one machine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    def epoch(self, camera_id: str) -> int:
        """See `Holding`."""
        return 0

    async def run(self, room: Room) -> None:
        """See `Holding`."""
        async with Wakeup(self._engine.url, registry.CHANNEL) as changed:
            while True:
                changed.clear()
                known = await until_up("the registry of cameras", lambda: registry.cameras(self._engine))
                await room.hold(known)
                await changed.wait(READ_EVERY_S)


class SharedHolding:
    """The cameras of the shares that the consumer group gives this worker, each once it is free.

    Two witnesses say that a share is still ours: the lease in the database and the membership in the group. Another
    begins only when both are gone, so while either stands the cameras run on, through an outage of the one or the
    other; when both are lost they are ended.
    """

    def __init__(self, engine: AsyncEngine, member: Member, leases: Leases) -> None:
        self._engine, self._member, self._leases = engine, member, leases
        self._given: frozenset[int] | None = None
        self._held: dict[int, Lease] = {}
        self._leased_until_s = 0.0
        self._cameras: tuple[Registered, ...] = ()
        self._read_at_s: float | None = None
        self._standing: dict[str, tuple[int, int]] = {}
        self._woken = asyncio.Event()

    def standing(self, camera_id: str) -> tuple[int, int] | None:
        """The share and the epoch under which this worker last held a camera."""
        return self._standing.get(camera_id)

    def epoch(self, camera_id: str) -> int:
        """See `Holding`."""
        return self._standing.get(camera_id, (0, 0))[1]

    async def run(self, room: Room) -> None:
        """See `Holding`."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._member.run(self._assigned), name="membership")
            tasks.create_task(self._listen(registry.CHANNEL, self._registry_changed), name="registry changed")
            tasks.create_task(self._listen(CHANNEL, lambda: None), name="shares released")
            while True:
                self._woken.clear()
                await self._turn(room)
                await self._wait()

    async def give_back(self) -> None:
        """All shares are free for others; the cameras must have ended."""
        try:
            await self._leases.release(self._held)
        except DatabaseUnavailable as away:
            log.warning("the shares become free in %.0f s: %s", LEASE_S, away)

    def _assigned(self, shares: frozenset[int]) -> None:
        log.info("%d shares of the cameras are ours", len(shares), extra={"shares": sorted(shares)})
        self._given = shares
        self._woken.set()

    def _registry_changed(self) -> None:
        self._read_at_s = None

    async def _listen(self, channel: str, heard: Callable[[], None]) -> None:
        async with Wakeup(self._engine.url, channel) as wakeup:
            while True:
                wakeup.clear()
                if await wakeup.wait(READ_EVERY_S):
                    heard()
                    self._woken.set()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(RENEW_EVERY_S if self._held.keys() == self._given else ASK_EVERY_S):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _turn(self, room: Room) -> None:
        if self._given is None:
            return
        wanted = self._wanted(self._given)
        lost = self._held.keys() - wanted
        if lost:
            self._held = {share: lease for share, lease in self._held.items() if share in wanted}
            await self._watch(room)
        try:
            await self._leases.release(lost)
            asked_s = monotonic_s()
            self._held = await self._leases.take(wanted)
            self._leased_until_s = asked_s + LEASE_S
            await self._read_registry()
        except DatabaseUnavailable as away:
            if not self._surely_ours():
                log.warning("neither the database nor the broker answers: the cameras are left to others (%s)", away)
                self._held = {}
        await self._watch(room)

    def _wanted(self, given: frozenset[int]) -> frozenset[int]:
        """What the group gave us, but for what another waits for while we may no longer be a member."""
        if self._surely_a_member():
            return given
        return given - {share for share, lease in self._held.items() if lease.contested}

    def _surely_a_member(self) -> bool:
        return self._member.confirmed_s_ago() < SURELY_A_MEMBER_S

    def _surely_ours(self) -> bool:
        return monotonic_s() < self._leased_until_s or self._surely_a_member()

    async def _read_registry(self) -> None:
        now_s = monotonic_s()
        if self._read_at_s is None or now_s - self._read_at_s >= READ_EVERY_S:
            self._read_at_s = now_s
            self._cameras = await registry.registered(self._engine)

    async def _watch(self, room: Room) -> None:
        mine = [one for one in self._cameras if one.share in self._held]
        SHARES.set(len(self._held))
        self._standing |= {one.camera.camera_id: (one.share, self._held[one.share].epoch) for one in mine}
        change = await room.hold(one.camera for one in mine)
        if change:
            log.info("%d cameras begun, %d ended", len(change.added), len(change.removed))
