"""Live pictures in a real browser: film in the tile, four by one key, a wall with one reason, words for none."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, expect
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.cameras import CameraHealth
from contracts.packets import Wish
from hub import clock
from hub.loopback import LoopbackBus
from tests.browser.conftest import House, Seat, Sit, opened_house, seats_at
from tests.browser.pictures import Clip, speak
from tests.command_center.seeding import camera, fuse, incident, register, sight

pytestmark = pytest.mark.browser

MOVES_ON = """(film, at) => new Promise((done) => {
  const look = () => (film.currentTime > at + 0.5 ? done() : setTimeout(look, 50));
  look();
})"""


@pytest.fixture
async def filmed(built: None, engine: AsyncEngine, loopback: LoopbackBus, tmp_path: Path) -> AsyncIterator[House]:
    """A console whose cameras show a clip."""
    async with opened_house(engine, loopback, tmp_path, Clip(tmp_path / "clip.mp4")) as house:
        yield house


@pytest.fixture
async def sit_here(filmed: House, browser: Browser) -> Sit:
    """Sits a demo user down in it."""
    return seats_at(filmed, browser)


async def plays(tile: Locator) -> None:
    """Until the film moves: its clock goes on and its pictures have a size."""
    await expect(tile).to_have_attribute("data-state", "live")
    film = tile.locator("video")
    await film.evaluate(MOVES_ON, await film.evaluate("one => one.currentTime"))
    assert await film.evaluate("one => one.videoWidth") == 320


async def look_at_incident(house: House, seat: Seat) -> None:
    seen = clock.now() - timedelta(minutes=2)
    await fuse(house.engine, incident(1, observed_at=seen, decided_at=seen, last_signal_at=seen), signals=(sight(),))
    await seat.row("incident-1").click()
    await seat.page.get_by_test_id("near-cameras").get_by_test_id("camera").first.wait_for()


async def one_tile(house: House, sit_here: Sit, *, before: str = "") -> tuple[Seat, Locator]:
    """A seat whose one camera near an incident plays; `before`: what its page runs before the key is pressed."""
    await register(house.engine, camera(1))
    await speak(house.bus, camera(1).camera_id)
    seat = await sit_here("dispatcher")
    await look_at_incident(house, seat)
    if before:
        await seat.page.evaluate(before)
    await seat.page.keyboard.press("v")
    tile = seat.page.get_by_test_id("near-live").get_by_test_id("live")
    await plays(tile)
    return seat, tile


async def test_one_key_opens_the_four_nearest_live_and_says_who_sees_it(filmed: House, sit_here: Sit) -> None:
    await register(filmed.engine, *(camera(n) for n in range(1, 5)))
    for n in (1, 2, 3):
        await speak(filmed.bus, camera(n).camera_id)
    gone = clock.now() - timedelta(minutes=42)
    await speak(
        filmed.bus, camera(4).camera_id, CameraHealth.OFFLINE, since=gone, fault="refused", why_zh="端口拒绝连接"
    )
    seat = await sit_here("dispatcher")
    await look_at_incident(filmed, seat)
    await seat.page.keyboard.press("v")
    four = seat.page.get_by_test_id("near-live")
    await expect(four.get_by_test_id("seen")).to_contain_text("4 路中 3 路看得见；1 路自 ")
    await expect(four.get_by_test_id("seen")).to_contain_text("离线")
    tiles = four.get_by_test_id("live")
    await expect(tiles).to_have_count(4)
    for n in (1, 2, 3):
        await plays(four.locator(f'[data-testid="live"][data-camera-id="{camera(n).camera_id}"]'))
    dead = four.locator(f'[data-testid="live"][data-camera-id="{camera(4).camera_id}"]')
    await expect(dead.get_by_test_id("no-picture")).to_contain_text("无画面 ≠ 无事")
    await expect(dead).to_contain_text("端口拒绝连接")
    assert isinstance(filmed.pictures, Clip)
    assert {wish.camera_id for wish in filmed.pictures.opened} == {camera(n).camera_id for n in (1, 2, 3)}
    await seat.page.keyboard.press("Escape")
    await expect(four).to_have_count(0)
    assert seat.broken == []


async def test_a_browser_without_a_decoder_for_pages_plays_a_buffered_film(filmed: House, sit_here: Sit) -> None:
    """As on a page over plain http: browsers offer the decoder on secure pages only."""
    seat, tile = await one_tile(filmed, sit_here, before="delete window.VideoDecoder")
    assert await tile.locator("video").evaluate("one => one.src.startsWith('blob:')")
    assert seat.broken == []


async def test_a_browser_with_a_decoder_shows_each_picture_as_it_comes(filmed: House, sit_here: Sit) -> None:
    seat, tile = await one_tile(filmed, sit_here)
    assert await tile.locator("video").evaluate("one => one.srcObject.active && !one.src")
    assert seat.broken == []


async def test_the_film_bears_the_name_of_who_looks(filmed: House, sit_here: Sit) -> None:
    _, tile = await one_tile(filmed, sit_here)
    await expect(tile.locator(".mark")).to_contain_text("dispatcher")


async def test_the_wall_asks_for_one_reason_and_shows_sub_streams(filmed: House, sit_here: Sit) -> None:
    await register(filmed.engine, *(camera(n, name=f"路口 {n}") for n in range(1, 7)))
    for n in range(1, 7):
        await speak(filmed.bus, camera(n).camera_id)
    seat = await sit_here("dispatcher")
    await seat.page.get_by_test_id("view-video").click()
    await expect(seat.page.get_by_test_id("wall-pick")).to_have_count(6)
    await expect(seat.page.get_by_test_id("live")).to_have_count(0)
    await seat.page.keyboard.press("v")
    await seat.page.get_by_test_id("reason").fill("早高峰巡看路口")
    await seat.page.keyboard.press("Enter")
    await expect(seat.page.get_by_test_id("live")).to_have_count(4)
    await plays(seat.page.get_by_test_id("live").first)
    await expect(seat.page.get_by_test_id("wall-why")).to_contain_text("早高峰巡看路口")
    await seat.page.keyboard.press("3")
    await expect(seat.page.get_by_test_id("live")).to_have_count(6)
    await seat.page.get_by_test_id("wall-search").fill("路口 5")
    await expect(seat.page.get_by_test_id("live")).to_have_count(1)
    assert isinstance(filmed.pictures, Clip)
    assert Wish(camera(1).camera_id, sub=True) in filmed.pictures.opened
    await seat.page.get_by_test_id("end-look").click()
    await expect(seat.page.get_by_test_id("live")).to_have_count(0)
    assert seat.broken == []


async def test_a_camera_without_a_worker_says_so_instead_of_a_black_tile(house: House, sit: Sit) -> None:
    await register(house.engine, camera(1))
    await speak(house.bus, camera(1).camera_id)
    seat = await sit("dispatcher")
    await look_at_incident(house, seat)
    await seat.page.keyboard.press("v")
    tile = seat.page.get_by_test_id("near-live").get_by_test_id("live")
    await expect(tile.get_by_test_id("no-picture")).to_contain_text("无画面 ≠ 无事")
    await expect(tile).to_contain_text("没有视频进程送出这一路")
