"""Cameras that are unlike others: odd shapes and rates, wrong clocks, false announcements."""

import asyncio
from collections.abc import Mapping

import pytest

from contracts.packets import EncodedPacket
from hub import clock
from hub.camera_sim import CameraPath, Clip, Fault
from hub.camera_sim.faults import WRONG_CLOCK_S
from ingest.cadence import Mode
from tests.ingest.watching import IMPATIENT, camera, watching

Clips = Mapping[str, Clip]


@pytest.mark.parametrize(
    ("name", "shape", "fps"), [("portrait", (320, 180, 3), 10), ("five_a_second", (180, 320, 3), 5)]
)
async def test_unusual_cameras_are_watched_like_any_other(
    clips: Clips, name: str, shape: tuple[int, ...], fps: int
) -> None:
    async with camera(CameraPath("a", clips[name])) as url, watching(url, mode="keyframes") as seen:
        await seen.until(lambda seen: len(seen.frames) >= 2 and seen.link.facts.measured)
    assert {frame.image.shape for frame in seen.frames} == {shape}
    assert seen.link.facts.fps == pytest.approx(fps, abs=1)
    assert seen.link.facts.gop_s == pytest.approx(1.0, abs=0.2)


async def test_where_every_picture_is_a_keyframe_one_a_second_is_decoded(clips: Clips) -> None:
    async with camera(CameraPath("a", clips["all_intra"])) as url, watching(url, mode="keyframes") as seen:
        await seen.until(lambda seen: seen.link.counters.packets >= 40)
    assert 3 <= seen.link.counters.decoded <= 6


async def test_the_difference_between_the_cameras_clock_and_ours_is_measured(clips: Clips) -> None:
    path = CameraPath("a", clips["h264"])
    path.set_fault(Fault.WRONG_CLOCK)
    async with camera(path) as url, watching(url) as seen:
        await seen.until(lambda seen: seen.link.facts.measured, timeout_s=12)
    assert seen.link.facts.skew_s == pytest.approx(-WRONG_CLOCK_S, abs=0.3)
    assert seen.link.facts.kbit_s is not None


@pytest.mark.parametrize("name", ["h264", "hevc"])
async def test_a_camera_that_sends_another_codec_than_it_announces_is_an_outage(clips: Clips, name: str) -> None:
    path = CameraPath("a", clips[name])
    path.set_fault(Fault.LYING)
    async with camera(path) as url, watching(url, no_picture_s=2.0, **IMPATIENT) as seen:
        await asyncio.wait_for(seen.ended.wait(), 20)
    assert seen.outage is not None
    assert seen.outage.fault.value in {"codec", "no_keyframe", "timeout", "not_rtsp", "ended"}
    assert not seen.frames


@pytest.mark.parametrize("mode", ["keyframes", "full"])
async def test_a_camera_whose_clock_stands_still_is_watched_by_ours(clips: Clips, mode: Mode) -> None:
    path = CameraPath("a", clips["h264"])
    path.set_fault(Fault.NO_TIMESTAMPS)
    async with camera(path) as url, watching(url, mode=mode) as seen:
        await seen.until(lambda seen: len(seen.frames) >= 3 and seen.link.facts.gop_s is not None)
        age_s = (clock.now() - seen.frames[-1].captured_at).total_seconds()
    assert age_s < 3
    assert seen.link.facts.gop_s == pytest.approx(1.0, abs=0.5)
    assert seen.link.counters.decoded < 30 or mode == "full"


async def test_a_connection_that_is_only_passed_on_decodes_nothing(clips: Clips) -> None:
    packets: list[EncodedPacket] = []
    async with camera(CameraPath("a", clips["h264"])) as url, watching(url, no_picture_s=0.5) as seen:
        seen.link.pictures, seen.link.on_packet = False, packets.append
        await seen.until(lambda seen: len(packets) >= 20)
    assert (seen.link.counters.decoded, seen.outage) == (0, None)
