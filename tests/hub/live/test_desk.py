import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from contracts.cameras import Camera
from contracts.errors import CameraUnavailable, Refused
from contracts.packets import Fragment, Init, Piece, Wish
from hub import clock
from hub.live import desk as desk_module
from hub.live.desk import LiveDesk
from hub.live.sources import new_ring
from tests.hub.live.cameras import Players, camera_with, clips
from tests.hub.packets.encoded import pictures_in

SMALL = {"size": (160, 90)}


@asynccontextmanager
async def showing(
    players: Players, camera: Camera, *, playing: str | None = "rtsp://sim/main"
) -> AsyncIterator[LiveDesk]:
    """A desk that holds one camera whose connection plays this clip."""
    desk, ring, stopping = LiveDesk(clock.now, players.decode), new_ring(), threading.Event()
    thread = threading.Thread(
        target=lambda: playing and players.play(playing, ring.put, stopping, is_sub=playing.endswith("sub"))
    )
    thread.start()
    try:
        async with desk.open():
            desk.add(camera, ring)
            yield desk
    finally:
        stopping.set()
        thread.join()


async def some_of(desk: LiveDesk, wish: Wish, number: int = 15) -> list[Piece]:
    found: list[Piece] = []
    async with asyncio.timeout(20), aclosing(desk.pieces(wish)) as pieces:
        async for piece in pieces:
            found.append(piece)
            if len(found) == number:
                break
    return found


def size_of(pieces: list[Piece]) -> tuple[str, int]:
    first, second, *_ = pieces = pieces[max(at for at, one in enumerate(pieces) if isinstance(one, Init)) :]
    assert isinstance(first, Init)
    assert isinstance(second, Fragment)
    assert second.is_key
    assert len(pictures_in(b"".join(one.data for one in pieces))) == len(pieces) - 1
    return first.codec[:4], first.width


@pytest.mark.parametrize(
    ("main", "sub", "wish", "masks", "shown", "opened"),
    [
        ("h264", "h264", Wish("cam-1"), False, ("avc1", 320), []),
        ("h264", "h264", Wish("cam-1", sub=True), False, ("avc1", 160), ["rtsp://sim/sub"]),
        ("h264", None, Wish("cam-1", sub=True), False, ("avc1", 320), []),
        ("hevc", None, Wish("cam-1", hevc=True), False, ("hvc1", 320), []),
        ("hevc", "h264", Wish("cam-1"), False, ("avc1", 160), ["rtsp://sim/sub"]),
        ("hevc", None, Wish("cam-1"), False, ("avc1", 320), []),
        ("hevc", "hevc", Wish("cam-1", sub=True), False, ("avc1", 160), ["rtsp://sim/sub"]),
        ("h264", None, Wish("cam-1"), True, ("avc1", 320), []),
        ("h264", "h264", Wish("cam-1"), True, ("avc1", 160), ["rtsp://sim/sub"]),
    ],
    ids=["main from vision's own connection", "sub from one more", "no sub", "H.265 where it plays",
         "H.265 where it does not: the sub-stream", "H.265 without a sub-stream: drawn anew", "H.265 in both",
         "masked: drawn anew", "masked: drawn anew from the sub-stream"],
)  # fmt: skip
async def test_each_wish_gets_the_stream_that_suits_it(
    tmp_path: Path, main: str, sub: str | None, wish: Wish, masks: bool, shown: tuple[str, int], opened: list[str]
) -> None:
    wanted: dict[str, dict[str, object]] = {"main": {"codec": main}}
    if sub:
        wanted["sub"] = {"codec": sub, **SMALL}
    players = Players(clips(tmp_path, **wanted))
    camera = camera_with(sub=sub is not None, masks=masks)
    wish = Wish(camera.camera_id, wish.sub, wish.hevc)
    async with showing(players, camera) as desk:
        assert size_of(await some_of(desk, wish)) == shown
        assert players.opened == opened


async def test_while_the_small_picture_is_fetched_one_large_one_is_there_at_once(tmp_path: Path) -> None:
    players = Players(clips(tmp_path, main={}, sub=SMALL))
    camera = camera_with(sub=True)
    async with showing(players, camera) as desk:
        await some_of(desk, Wish(camera.camera_id))
        pieces = await some_of(desk, Wish(camera.camera_id, sub=True))
    widths = [one.width for one in pieces if isinstance(one, Init)]
    assert widths == [320, 160]
    assert [type(one) for one in pieces[:4]] == [Init, Fragment, Init, Fragment]


async def test_masked_pixels_never_leave(tmp_path: Path) -> None:
    from io import BytesIO

    import av

    camera = camera_with(masks=True)
    async with showing(Players(clips(tmp_path, main={})), camera) as desk:
        pieces = await some_of(desk, Wish(camera.camera_id))
    with av.open(BytesIO(b"".join(one.data for one in pieces))) as container:
        for frame in container.decode(video=0):
            image = frame.to_ndarray(format="bgr24")
            assert image[:, :155].max() <= 4
            assert image[:, 170:].mean() > 50


async def test_many_share_one_more_connection_and_the_last_closes_it(tmp_path: Path) -> None:
    players = Players(clips(tmp_path, main={}, sub=SMALL))
    camera = camera_with(sub=True)
    wish = Wish(camera.camera_id, sub=True)
    async with showing(players, camera) as desk:
        async with asyncio.TaskGroup() as group:
            for number in range(5):
                group.create_task(some_of(desk, wish, 5 + 5 * number), name=f"viewer {number}")
            await asyncio.sleep(0.1)
            assert desk.is_watched(camera.camera_id)
        assert players.opened == ["rtsp://sim/sub"]
        assert not desk.is_watched(camera.camera_id)
        await some_of(desk, wish)
        assert players.opened == ["rtsp://sim/sub"] * 2


async def test_the_main_stream_is_fetched_beside_a_connection_that_gives_the_sub_stream(tmp_path: Path) -> None:
    players = Players(clips(tmp_path, main={}, sub=SMALL))
    camera = camera_with(sub=True)
    async with showing(players, camera, playing="rtsp://sim/sub") as desk:
        await asyncio.sleep(0.3)
        assert size_of(await some_of(desk, Wish(camera.camera_id))) == ("avc1", 320)
        assert players.opened == ["rtsp://sim/main"]


async def test_a_camera_without_a_picture_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "FIRST_S", 0.2)
    camera = camera_with()
    async with showing(Players({}), camera, playing=None) as desk:
        with pytest.raises(CameraUnavailable):
            await some_of(desk, Wish(camera.camera_id))


async def test_a_camera_that_is_held_elsewhere_is_refused_and_one_that_goes_ends(tmp_path: Path) -> None:
    camera = camera_with()
    async with showing(Players(clips(tmp_path, main={})), camera) as desk:
        with pytest.raises(Refused):
            await some_of(desk, Wish("another"))
        async with aclosing(desk.pieces(Wish(camera.camera_id))) as pieces:
            await anext(pieces)
            desk.remove(camera.camera_id)
            with pytest.raises(Refused):
                async for _ in pieces:
                    pass
