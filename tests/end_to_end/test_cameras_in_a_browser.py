"""A camera's first day, for real: a hub that knows none, a browser, a camera that asks for a password."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from hub import clock
from hub.camera_sim import Account, CameraPath, CameraSim, Clip
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.test_cameras import field
from tests.clips import make_clip

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.timeout(400)]

PASSWORD = "let/me@in"
STREAMS = """\
# the cameras of the county: this comment stays
districts: {east: {name: 河东片区}}
defaults:
  datum: WGS-84
  district: east
  legal: {basis: "7-1", purpose: 公共安全, sign: true}
cameras: []
"""
FRAMES = """async (film) => {
  const sheet = document.createElement('canvas');
  [sheet.width, sheet.height] = [32, 18];
  const pen = sheet.getContext('2d');
  const seen = [];
  for (let n = 0; n < 12; n += 1) {
    await new Promise((done) => film.requestVideoFrameCallback(done));
    pen.drawImage(film, 0, 0, 32, 18);
    seen.push([...pen.getImageData(0, 0, 32, 18).data].join());
  }
  return [film.videoWidth, new Set(seen).size];
}"""
"""the width of a film, and how many of its next twelve pictures differ from each other"""


@pytest.fixture
def link(tmp_path: Path) -> Iterator[str]:
    """`hub up` without one camera; gives the integrator's sign-in link."""
    folder = tmp_path
    (folder / "streams.yaml").write_text(STREAMS, encoding="utf-8")
    port = _free_port()
    environment = os.environ | {
        "HUB_CONSOLE__PORT": str(port), "HUB_DATA_DIR": str(folder / "data"), "GATE_PASSWORD": PASSWORD,
        "OLD_PASSWORD": "no longer",
    }  # fmt: skip
    command = [sys.executable, "-m", "hub"]
    log = folder / "up.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "up"], cwd=folder, env=environment, stdout=out, stderr=out, start_new_session=True
        )
    try:
        deadline = time.monotonic() + 180
        while f"http://127.0.0.1:{port}" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.25)
        _say(command, folder, environment, "users", "add", "li", "--role", "integrator", "--unit", "集成商")
        yield _say(command, folder, environment, "users", "link", "li").split()[-1]
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _say(command: list[str], folder: Path, environment: dict[str, str], *words: str) -> str:
    done = subprocess.run([*command, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def draw_triangle(page: Page) -> None:
    sheet = page.get_by_test_id("sheet")
    box = await sheet.bounding_box()
    assert box is not None
    for x, y in ((0.2, 0.2), (0.8, 0.2), (0.5, 0.8)):
        await sheet.click(position={"x": box["width"] * x, "y": box["height"] * y})


async def moves(tile: Locator) -> None:
    await expect(tile).to_have_attribute("data-state", "live", timeout=40_000)
    width, different = await tile.locator("video").evaluate(FRAMES)
    assert width == 320
    assert different >= 4


async def test_an_integrator_adds_a_camera_is_told_what_is_wrong_draws_a_zone_and_sees_it_live(
    link: str, tmp_path: Path
) -> None:
    account = Account("digest", "hub", PASSWORD)
    gate = CameraPath("gate 1", Clip.load(make_clip(tmp_path / "gate.mp4", seconds=8)), account=account)
    sim = CameraSim([gate])
    async with sim.serving(clock=clock.now), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = await browser.new_page(viewport={"width": 1920, "height": 1080})
        broken: list[str] = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        await page.goto(link)
        await page.get_by_test_id("add-camera").click(timeout=60_000)
        address = f"rtsp://hub:${{OLD_PASSWORD}}@127.0.0.1:{sim.port}/gate%201"
        said = {
            "id": "gate-1", "name": "东门", "bureau": "urban_management", "url": address, "place.lat": "34.3285",
            "place.lon": "118.0067", "legal.filing_no": "YS-1",
        }  # fmt: skip
        for path, text in said.items():
            await field(page, path, text)
        verdict = page.get_by_test_id("verdict")
        await page.get_by_test_id("check-entry").click()
        await expect(verdict).to_contain_text("用户名或密码错误", timeout=30_000)
        await expect(verdict).to_contain_text("OLD_PASSWORD")
        await field(page, "url", address.replace("OLD_PASSWORD", "GATE_PASSWORD"))
        await page.get_by_test_id("check-entry").click()
        await expect(verdict).to_contain_text("画面正常", timeout=30_000)
        await page.get_by_test_id("save-camera").click()
        await expect(page.get_by_test_id("camera-page")).to_have_attribute("data-camera-id", "gate-1", timeout=20_000)

        await page.get_by_test_id("tab-drawing").click()
        await page.get_by_test_id("reason-ok").click()
        await page.get_by_test_id("add-zone").click()
        await draw_triangle(page)
        await page.get_by_test_id("save-drawings").click()
        await expect(page.get_by_test_id("notice")).to_contain_text("已保存", timeout=10_000)
        await page.get_by_test_id("tab-rules").click()
        await page.get_by_test_id("add-expected").click()
        row = page.get_by_test_id("expected")
        await row.get_by_label("名称").fill("放学")
        await row.get_by_label("时段").fill("周1-5 16:30-17:30")
        await row.get_by_label("至多人数").fill("60")
        await page.get_by_test_id("save-expected").click()
        await expect(page.get_by_test_id("save-expected")).to_be_disabled()

        await page.get_by_test_id("watch").click()
        if await page.get_by_test_id("reason-ok").count():
            await page.get_by_test_id("reason-ok").click()
        await moves(page.get_by_test_id("live"))
        assert broken == []
        await page.screenshot(path=tmp_path / "live.png")
        await browser.close()
    written = (tmp_path / "streams.yaml").read_text(encoding="utf-8")
    assert "# the cameras of the county: this comment stays" in written
    for piece in ("区域1", "放学", "16:30", "persons: 60", "${GATE_PASSWORD}"):
        assert piece in written
    assert PASSWORD not in written
    assert PASSWORD not in (tmp_path / "up.log").read_text()
