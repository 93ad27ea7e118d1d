"""Whether a real browser takes what the muxer makes: one unbroken range, no error."""

import base64
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright

from hub.packets.muxer import Muxer
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.clips import make_clip
from tests.hub.packets.encoded import packets_of

pytestmark = pytest.mark.browser

APPEND = """async ([mime, pieces]) => {
  const video = document.createElement('video');
  const source = new MediaSource();
  video.src = URL.createObjectURL(source);
  await new Promise((done) => { source.onsourceopen = done; });
  const buffer = source.addSourceBuffer(mime);
  for (const piece of pieces) {
    const done = new Promise((resolve) => { buffer.onupdateend = resolve; });
    buffer.appendBuffer(Uint8Array.from(atob(piece), (one) => one.charCodeAt(0)));
    await done;
  }
  video.currentTime = buffer.buffered.start(0) + 1;
  await new Promise((done) => { video.onseeked = done; });
  const { length } = buffer.buffered;
  const ends = [buffer.buffered.start(0), buffer.buffered.end(length - 1)];
  return { spans: length, ends, width: video.videoWidth, error: video.error?.message ?? null };
}"""


@pytest.mark.parametrize("b_frames", [0, 2], ids=["plain", "B-frames"])
async def test_every_fragment_is_taken_in_one_unbroken_range(tmp_path: Path, b_frames: int) -> None:
    packets = packets_of(make_clip(tmp_path / "clip.mp4", b_frames=b_frames, seconds=6), annex_b=True)
    muxer = Muxer()
    pieces = [base64.b64encode(piece.data).decode() for packet in packets for piece in muxer.mux(packet)]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = await browser.new_page()
        found: dict[str, Any] = await page.evaluate(APPEND, ['video/mp4; codecs="avc1.4d400c"', pieces])
        await browser.close()
    assert (found["spans"], found["width"], found["error"]) == (1, 320, None)
    assert found["ends"][1] - found["ends"][0] == pytest.approx(6.0, abs=0.25)
