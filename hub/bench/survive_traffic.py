"""What `hub bench survive` sends: reports as sources send them, observations as vision stores them, and the peer."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from contracts.bus import Bus, Record
from contracts.cameras import Camera
from contracts.errors import BrokerUnavailable, HubError
from contracts.geo import Place
from contracts.kinds import Certainty, Kind, Severity
from contracts.outbox import Outbox
from contracts.signals import Observation
from contracts.topics import DAY_MS, Topic
from hub import clock
from hub.demo.settings import MAP_DIR
from hub.simulate.letters import Clerk, Letter
from hub.simulate.scenario import ordinary_days
from hub.simulate.sender import Sender
from hub.simulate.town import load_town
from hub.telling import record_of
from hub.waiting import until_up

REPORTS_PER_HAPPENING, UPDATES = 20, 3
"""a camera tells of one happening per so many reports, and each one so often"""
NEXT_WITHIN_S = 1_800.0
"""how long so many reports may take on a slow machine"""
PLAIN = Topic("bench-plain", "cn.hub.bench.v1", "number", 1, DAY_MS)
UNDERSTANDABLE = frozenset({"", "no address", "late", "duplicate"})


@dataclass(slots=True)
class Tally:
    """What the senders saw."""

    sent: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    numbers: set[str] = field(default_factory=set)
    observed: dict[str, int] = field(default_factory=dict)
    """signal → the newest update that the outbox took"""
    down_s: dict[str, float] = field(default_factory=dict)
    plain_seen: set[str] = field(default_factory=set)


def letters_of_a_county(number: int) -> Iterator[Letter]:
    """A county's reports as they come, faster; those that nobody could understand left out."""
    rng, town = random.Random(20261124), load_town(MAP_DIR)
    clerk = Clerk(town, rng, clock.now())
    letters = (one for one in ordinary_days(clerk, town, rng, rate=20_000.0) if one.note in UNDERSTANDABLE)
    return itertools.islice(letters, number)


async def send(sender: Sender, plain: Bus, letters: Iterator[Letter], tally: Tally) -> None:
    """One letter after the other, each until it is answered; then the same to the peer, which keeps nothing."""
    for letter in letters:
        tally.answers[await sender.send(letter)] += 1
        tally.sent += 1
        tally.numbers.add(letter.number)
        try:
            await plain.publish([Record(PLAIN, letter.number, letter.body)])
        except BrokerUnavailable:
            continue  # it was accepted and is lost: that is the peer's weakness, and the end counts it


async def observe(
    outbox: Outbox, cameras: Sequence[Camera], tally: Tally, partitions: dict[str, int], number: int
) -> None:
    """Observations with updates, by vision's own way into the outbox, in step with the reports."""
    for n in range(number // REPORTS_PER_HAPPENING):
        await until(lambda n=n: tally.sent >= n * REPORTS_PER_HAPPENING, NEXT_WITHIN_S)  # type: ignore[misc]
        for update in range(UPDATES):
            seen = observation(cameras[n % len(cameras)], n, update)
            pending = [record_of(seen, partitions)]
            await until_up("the outbox", lambda pending=pending: outbox.put(pending))  # type: ignore[misc]
            tally.observed[seen.signal_id] = update


def observation(camera: Camera, number: int, update: int) -> Observation:
    """Happening `number` before a camera, each somewhere else."""
    now, ref = clock.now(), f"{camera.camera_id}:bench:{number}"
    return Observation(
        signal_id=f"camera:{ref}", source_ref=ref, update=update, event_type="crowd_gathering", kind=Kind.CROWD,
        severity=Severity.LEVEL_3, certainty=Certainty.LIKELY, observed_at=now, received_at=now + timedelta(seconds=1),
        place=Place(lat=camera.place.lat + number % 50 * 1e-4, lon=camera.place.lon, sigma_m=20.0),
        district=camera.district, exercise=True, bureau=camera.bureau, camera_id=camera.camera_id,
        count=10 + update, confidence=0.8, rule="crowd_gathering",
    )  # fmt: skip


async def until(is_so: Callable[[], bool], within_s: float) -> None:
    """Return once it is so.

    Raises:
        HubError: it took too long.
    """
    deadline = clock.monotonic_s() + within_s
    while True:
        if is_so():
            return
        if clock.monotonic_s() > deadline:
            raise HubError(f"not within {within_s:.0f} s")
        await asyncio.sleep(0.1)


async def watch_plain(bus: Bus, tally: Tally) -> None:
    """The peer's reader, for ever: what it has read counts as arrived."""
    while True:
        try:
            async with bus.subscribe([PLAIN], group="bench-plain") as subscription:
                async for batch in subscription.batches():
                    tally.plain_seen |= {delivery.key for delivery in batch}
                    await subscription.commit(batch)
        except BrokerUnavailable:
            await asyncio.sleep(0.5)
