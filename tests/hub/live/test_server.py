import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from contracts.cameras import Camera
from contracts.errors import CameraUnavailable, ConfigurationError, Outage
from contracts.packets import Fragment, Init, Piece, Wish
from hub import clock
from hub.live import desk as desk_module
from hub.live.client import WorkerPictures
from hub.live.desk import LiveDesk
from hub.live.server import serving, target_of, wish_of
from hub.live.sources import new_ring
from tests.hub.live.cameras import Players, camera_with, clips

SECRET = b"of this test"


@asynccontextmanager
async def worker(camera: Camera, folder: Path | None) -> AsyncIterator[str]:
    """A worker with one camera, which plays when there is a folder to make its clip in; gives its address."""
    desk, ring, stopping = LiveDesk(clock.now), new_ring(), threading.Event()
    thread = threading.Thread(target=lambda: None)
    if folder is not None:
        players = Players(clips(folder, main={}))
        thread = threading.Thread(target=lambda: players.play("rtsp://sim/main", ring.put, stopping))
    thread.start()
    try:
        async with desk.open(), serving(desk, host="127.0.0.1", port=0, secret=SECRET, clock=clock.now) as address:
            desk.add(camera, ring)
            yield address
    finally:
        stopping.set()
        thread.join()


async def fetched(address: str, wish: Wish, *, secret: bytes = SECRET, number: int = 12) -> list[Piece]:
    found: list[Piece] = []
    async with asyncio.timeout(10), WorkerPictures(secret, clock.now).open(wish, address) as pieces:
        async for piece in pieces:
            found.append(piece)
            if len(found) == number:
                return found
    return found


async def test_a_console_fetches_a_camera_from_its_worker(tmp_path: Path) -> None:
    camera = camera_with()
    async with worker(camera, tmp_path) as address:
        first, second, *rest = await fetched(address, Wish(camera.camera_id))
    assert isinstance(first, Init)
    assert (first.mime, first.width, first.height) == ('video/mp4; codecs="avc1.42c00b"', 320, 180)
    assert isinstance(second, Fragment)
    assert second.is_key
    assert len(rest) == 10


async def test_who_does_not_share_the_secret_gets_nothing(tmp_path: Path) -> None:
    camera = camera_with()
    async with worker(camera, tmp_path) as address:
        with pytest.raises(Outage, match="401"):
            await fetched(address, Wish(camera.camera_id), secret=b"guessed")


async def test_a_camera_without_a_picture_and_one_that_is_elsewhere_are_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(desk_module, "FIRST_S", 0.2)
    camera = camera_with()
    async with worker(camera, None) as address:
        with pytest.raises(CameraUnavailable):
            await fetched(address, Wish(camera.camera_id))
        with pytest.raises(Outage, match="4404"):
            await fetched(address, Wish("another"))


async def test_a_worker_that_is_gone_is_an_outage() -> None:
    with pytest.raises(Outage, match="does not serve"):
        await fetched("127.0.0.1:9", Wish("cam-1"))


async def test_a_port_in_use_is_said() -> None:
    async with worker(camera_with(), None) as address:
        port = int(address.rpartition(":")[2])
        with pytest.raises(ConfigurationError, match="HUB_VISION__LIVE_PORT"):
            async with serving(LiveDesk(clock.now), host="127.0.0.1", port=port, secret=SECRET, clock=clock.now):
                pass


@pytest.mark.parametrize("wish", [Wish("a/b ?#%", sub=True), Wish("34020000001320000001", hevc=True)])
def test_any_camera_id_survives_the_way(wish: Wish) -> None:
    assert wish_of(target_of(wish)) == wish


def test_other_paths_are_no_wish() -> None:
    assert wish_of("/metrics") is None
