import asyncio
from collections.abc import Sequence

from contracts.cameras import Rule
from contracts.errors import DatabaseUnavailable, Outage
from contracts.outbox import Pending
from contracts.signals import SIGNAL, Evidence, Observation
from contracts.wire import decode, open_envelope
from detectors.observations import Storyteller
from detectors.rules.happening import Intent, Phase
from detectors.watching import Picture, Report
from hub.telling import Teller, record_of
from tests.detectors.scenes import CAMERA_ID, at, camera

STORY = Storyteller(camera(), Rule(rule="crowd_gathering"), ground=None, model="m", exercise=True)
BEGAN = STORY.tell(
    Intent(Phase.BEGAN, at(0), None, 7),
    now=at(6),
    evidence=Evidence(kind="snapshot", ref="ev/0.jpg", sha256="0" * 64, at=at(6)),
)


class Store:
    def __init__(self, *, full: bool = False) -> None:
        self.files: dict[str, bytes] = {}
        self.full, self.changed = full, asyncio.Event()

    async def put(self, ref: str, data: bytes) -> str:
        if self.full:
            raise Outage("no space left")
        self.files[ref] = data
        self.changed.set()
        return ""

    async def get(self, ref: str) -> bytes | None:
        return self.files.get(ref)


class Box:
    """An outbox that is away for the first tries."""

    def __init__(self, away: int = 0) -> None:
        self.away, self.stored, self.changed = away, list[Pending](), asyncio.Event()

    async def put(self, pending: Sequence[Pending]) -> None:
        self.changed.set()
        if self.away:
            self.away -= 1
            raise DatabaseUnavailable("away")
        self.stored += pending

    def observations(self) -> list[Observation]:
        read = [decode(pending.record.value, SIGNAL) for pending in self.stored]
        return [signal for signal in read if isinstance(signal, Observation)]


async def storing(teller: Teller, box: Box) -> None:
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(teller.store_reports(), name="store")
        while not box.stored:
            box.changed.clear()
            await box.changed.wait()
        running.cancel()


def test_a_record_is_a_cloud_event_for_the_districts_partition() -> None:
    pending = record_of(BEGAN, {"990199-east": 5})
    envelope = open_envelope(pending.record.value)
    assert pending.identity == f"camera|{BEGAN.source_ref}|0"
    assert (pending.record.topic.name, pending.record.key, pending.record.partition) == ("signals", "990199-east", 5)
    assert (envelope.source, envelope.type) == (f"/cameras/{CAMERA_ID}", "cn.hub.signal.v1")
    assert envelope.time == at(0)
    assert decode(pending.record.value, SIGNAL) == BEGAN


async def test_the_picture_lies_in_the_store_before_the_signal_speaks_of_it() -> None:
    store, box = Store(), Box()
    teller = Teller(store, box, {})
    teller.report(Report(BEGAN, Picture("ev/0.jpg", b"jpeg")))
    await storing(teller, box)
    assert store.files == {"ev/0.jpg": b"jpeg"}
    assert box.observations() == [BEGAN]
    assert (teller.waiting, teller.counts) == (0, {CAMERA_ID: 1})


async def test_a_process_that_stops_waits_until_all_is_told_and_not_for_ever() -> None:
    box = Box()
    teller = Teller(Store(), box, {})
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(teller.store_reports(), name="store")
        teller.report(Report(BEGAN))
        await teller.emptied(within_s=5)
        running.cancel()
    assert box.observations() == [BEGAN]
    teller.report(Report(BEGAN.model_copy(update={"update": 1})))
    await teller.emptied(within_s=0.01)
    assert teller.waiting == 1


async def test_while_the_database_is_away_updates_coalesce_and_the_newest_is_stored() -> None:
    store, box = Store(), Box(away=2)
    teller = Teller(store, box, {})
    teller.report(Report(BEGAN, Picture("ev/0.jpg", b"jpeg")))
    newer = BEGAN.model_copy(update={"update": 1, "count": 9})
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(teller.store_reports(), name="store")
        await box.changed.wait()
        teller.report(Report(newer))
        while not box.stored:
            box.changed.clear()
            await box.changed.wait()
        running.cancel()
    assert box.observations() == [newer]
    assert store.files == {"ev/0.jpg": b"jpeg"}


async def test_a_full_disk_costs_the_picture_and_not_the_observation() -> None:
    box = Box()
    teller = Teller(Store(full=True), box, {})
    teller.report(Report(BEGAN, Picture("ev/0.jpg", b"jpeg")))
    await storing(teller, box)
    assert box.observations() == [BEGAN.model_copy(update={"evidence": ()})]


async def test_of_a_cameras_last_pictures_the_newest_is_written() -> None:
    store = Store()
    teller = Teller(store, Box(), {})
    for data in (b"old", b"new"):
        teller.last_picture(Picture("last/7.jpg", data))
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(teller.store_pictures(), name="store")
        await store.changed.wait()
        running.cancel()
    assert store.files == {"last/7.jpg": b"new"}
