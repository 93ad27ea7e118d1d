"""Every trap of RTSP with PyAV, against a real server on a real socket."""

import asyncio
import gc
import itertools
import logging
import traceback
from collections.abc import Mapping

import numpy as np
import pytest

from contracts.cameras import Zone
from contracts.packets import EncodedPacket
from hub import clock
from hub.camera_sim import Account, CameraPath, Clip, Fault
from ingest.looking import fit
from tests.ingest.watching import ENVIRON, IMPATIENT, camera, watching, with_user

Clips = Mapping[str, Clip]


@pytest.mark.parametrize("name", ["h264", "hevc", "b_frames"])
async def test_idle_watching_gives_one_picture_per_keyframe_at_once(clips: Clips, name: str) -> None:
    async with camera(CameraPath("a", clips[name])) as url, watching(url, mode="keyframes") as seen:
        await seen.until(lambda seen: len(seen.frames) >= 2)
        ages = [(clock.now() - seen.frames[-1].captured_at).total_seconds()]
    assert all(frame.is_keyframe and not frame.is_corrupt for frame in seen.frames)
    assert seen.frames[0].image.shape == (180, 320, 3)
    assert seen.link.counters.decoded < seen.link.counters.packets / 4
    assert max(ages) < 0.9  # the picture is not held back until the next keyframe
    assert seen.link.facts.gop_s == pytest.approx(1.0, abs=0.5)


@pytest.mark.parametrize("name", ["h264", "hevc", "b_frames"])
async def test_full_decoding_gives_every_picture_in_order(clips: Clips, name: str) -> None:
    async with camera(CameraPath("a", clips[name])) as url, watching(url) as seen:
        await seen.until(lambda seen: len(seen.frames) >= 15)
    times = [frame.captured_at for frame in seen.frames]
    assert times == sorted(times)
    assert all(not frame.is_corrupt for frame in seen.frames)
    moved = [np.abs(a.image.astype(int) - b.image).mean() for a, b in zip(seen.frames, seen.frames[1:], strict=False)]
    assert min(moved) > 0.1


async def test_pictures_are_bgr_and_scaled_down_while_they_are_converted(clips: Clips) -> None:
    async with camera(CameraPath("a", clips["h264"])) as url, watching(url, max_width=100) as seen:
        await seen.until(lambda seen: len(seen.frames) >= 1)
    image = seen.frames[0].image
    assert image.shape == (56, 100, 3)
    assert image.dtype == np.uint8
    assert image.reshape(-1, 3)[:, 2].max() > 180  # the boxes are red


async def test_the_mode_changes_on_the_open_connection(clips: Clips) -> None:
    path = CameraPath("a", clips["h264"])
    async with camera(path) as url, watching(url, mode="keyframes") as seen:
        await seen.until(lambda seen: len(seen.frames) >= 1)
        seen.link.mode = "full"
        await seen.until(lambda seen: any(not frame.is_keyframe for frame in seen.frames))
        assert path.watchers == 1
        assert not any(frame.is_corrupt for frame in seen.frames)


@pytest.mark.parametrize("scheme", ["basic", "digest"])
async def test_a_password_with_special_characters_opens_the_camera(clips: Clips, scheme: str) -> None:
    path = CameraPath("a", clips["h264"], account=Account(scheme, "admin", ENVIRON["PW"]))
    async with camera(path) as url, watching(with_user(url, "admin:${PW}")) as seen:
        await seen.until(lambda seen: len(seen.frames) >= 1)


async def test_every_packet_is_passed_on_as_it_came(clips: Clips) -> None:
    packets: list[EncodedPacket] = []
    async with camera(CameraPath("a", clips["h264"])) as url, watching(url, mode="keyframes") as seen:
        seen.link.on_packet = packets.append
        await seen.until(lambda seen: len(packets) >= 25)
        assert abs(len(packets) - seen.link.counters.packets) <= 2
    assert {packet.header.codec for packet in packets} == {"h264"}
    assert len({id(packet.header) for packet in packets}) == 1
    assert all(b.stream_s > a.stream_s and b.arrived_at >= a.arrived_at for a, b in itertools.pairwise(packets))
    keys = [number for number, packet in enumerate(packets) if packet.is_key]
    assert [b - a for a, b in itertools.pairwise(keys)] == [10] * (len(keys) - 1)
    assert all(packet.data.startswith(b"\0\0\0\1") for packet in packets)


async def test_masked_pixels_are_black_before_a_picture_leaves(clips: Clips) -> None:
    mask = Zone(name="left", points=((0, 0), (0.5, 0), (0.5, 1), (0, 1)))
    async with camera(CameraPath("a", clips["h264"])) as url, watching(url, masks=(mask,)) as seen:
        await seen.until(lambda seen: len(seen.frames) >= 12)
    for frame in seen.frames:  # those decoded from masked neighbours too: the decoder's own pictures stay whole
        assert not frame.image[:, :160].any()
        assert frame.image[:, 162:].min() > 30


async def test_a_still_street_is_looked_at_seldom_and_shown_once_a_second(clips: Clips) -> None:
    async with camera(CameraPath("a", clips["still"])) as url, watching(url) as seen:
        seen.link.look_every_s = 2.0
        await seen.until(lambda seen: seen.link.counters.packets >= 60, timeout_s=12)
    counters = seen.link.counters
    assert 2 <= sum(frame.moved for frame in seen.frames) <= 5
    assert len(seen.frames) <= 10
    assert counters.gated > 45
    assert counters.ungated in {2, 3}


OPEN_FAULTS = [
    pytest.param(Fault.WRONG_PASSWORD, "unauthorized", id="401"),
    pytest.param(Fault.MISSING, "not_found", id="404"),
    pytest.param(Fault.REFUSE, "refused", id="503"),
    pytest.param(Fault.SILENT, "timeout", id="silent"),
    pytest.param(Fault.AUDIO_ONLY, "no_video", id="sound alone"),
]


@pytest.mark.parametrize(("fault", "named"), OPEN_FAULTS)
async def test_every_way_of_not_opening_has_its_own_name(clips: Clips, fault: Fault, named: str) -> None:
    path = CameraPath("a", clips["h264"])
    path.set_fault(fault)
    async with camera(path) as url, watching(url, **IMPATIENT) as seen:
        await asyncio.wait_for(seen.ended.wait(), 20)
    assert seen.outage is not None
    assert seen.outage.fault.value == named


@pytest.mark.parametrize(
    ("url", "named"),
    [
        pytest.param("rtsp://127.0.0.1:{closed}/a", "refused", id="nobody listens"),
        pytest.param("rtsp://no-such-host.invalid/a", "unreachable", id="no such host"),
        pytest.param("rtsp://127.0.0.1:{web}/a", "not_rtsp", id="a web server"),
        pytest.param("rtsp://admin:${NOT_SET}@127.0.0.1:1/a", "credential_missing", id="variable not set"),
    ],
)
async def test_an_address_that_leads_nowhere_is_told_in_its_own_words(url: str, named: str) -> None:
    async def web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(web, "127.0.0.1", 0)
    closed = await asyncio.start_server(web, "127.0.0.1", 0)
    ports = {"web": server.sockets[0].getsockname()[1], "closed": closed.sockets[0].getsockname()[1]}
    closed.close()
    for name, port in ports.items():
        url = url.replace(f"{{{name}}}", str(port))
    async with server, watching(url) as seen:
        await asyncio.wait_for(seen.ended.wait(), 20)
    assert seen.outage is not None
    assert seen.outage.fault.value == named


async def test_a_camera_that_drops_the_connection_is_an_outage_not_an_end(clips: Clips) -> None:
    path = CameraPath("a", clips["h264"])
    async with camera(path) as url, watching(url) as seen:
        await seen.until(lambda seen: len(seen.frames) >= 1)
        path.set_fault(Fault.DROP)
        await asyncio.wait_for(seen.ended.wait(), 20)
    assert seen.outage is not None
    assert seen.outage.fault.value == "ended"


@pytest.mark.parametrize("fault", [Fault.FREEZE, Fault.HALF_OPEN, Fault.SLOW], ids=str)
async def test_a_camera_that_says_no_more_is_given_up_after_the_read_timeout(clips: Clips, fault: Fault) -> None:
    path = CameraPath("a", clips["h264"])
    async with camera(path) as url, watching(url, **IMPATIENT) as seen:
        await seen.until(lambda seen: len(seen.frames) >= 1)
        path.set_fault(fault)
        await asyncio.wait_for(seen.ended.wait(), 20)
    assert seen.outage is not None
    assert seen.outage.fault.value == "timeout"


async def test_a_stop_takes_effect_with_the_next_packet(clips: Clips) -> None:
    path = CameraPath("a", clips["h264"])
    async with camera(path) as url, watching(url) as seen:
        await seen.until(lambda seen: len(seen.frames) >= 1)
        seen.link.stopping.set()
        await asyncio.wait_for(seen.ended.wait(), 20)
    assert seen.outage is None


async def test_damaged_pictures_are_flagged_or_counted_and_raise_nothing(clips: Clips) -> None:
    path = CameraPath("a", clips["h264"])
    async with camera(path) as url, watching(url) as seen:
        await seen.until(lambda seen: len(seen.frames) >= 1)
        path.set_fault(Fault.CORRUPT)
        await seen.until(lambda seen: seen.link.counters.corrupt > 0, timeout_s=20)
        path.set_fault(Fault.NONE)
        clean_from = len(seen.frames)
        await seen.until(lambda seen: any(f.is_keyframe and not f.is_corrupt for f in seen.frames[clean_from:]))
    assert seen.outage is None


async def test_a_new_resolution_in_the_stream_only_changes_the_size_of_the_pictures(clips: Clips) -> None:
    path = CameraPath("a", clips["h264"])
    async with camera(path) as url, watching(url) as seen:
        await seen.until(lambda seen: len(seen.frames) >= 1)
        path.switch(clips["small"])
        await seen.until(lambda seen: seen.frames[-1].image.shape == (90, 160, 3))
    assert (seen.link.facts.width, seen.link.facts.height) == (160, 90)
    assert seen.outage is None


async def test_a_new_codec_in_the_stream_is_an_outage_so_that_the_camera_is_connected_again(clips: Clips) -> None:
    path = CameraPath("a", clips["h264"])
    async with camera(path) as url, watching(url, no_picture_s=2.0) as seen:
        await seen.until(lambda seen: len(seen.frames) >= 1)
        path.switch(clips["hevc"])
        await asyncio.wait_for(seen.ended.wait(), 20)
    assert seen.outage is not None
    assert seen.outage.fault.value in {"codec", "no_keyframe"}


async def test_a_stream_without_keyframes_is_told_so(clips: Clips) -> None:
    path = CameraPath("a", clips["smart_codec"], start_s=2.0)
    async with camera(path) as url, watching(url, no_picture_s=1.0) as seen:
        await asyncio.wait_for(seen.ended.wait(), 20)
    assert seen.outage is not None
    assert seen.outage.fault.value == "no_keyframe"


async def test_no_password_is_in_any_error_traceback_or_log(clips: Clips, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    path = CameraPath("a", clips["h264"], account=Account("digest", "admin", "another"))
    async with camera(path) as url, watching(with_user(url, "admin:${PW}")) as seen:
        await asyncio.wait_for(seen.ended.wait(), 20)
    assert seen.outage is not None
    told = str(seen.outage) + repr(seen.outage) + "".join(traceback.format_exception(seen.outage)) + caplog.text
    assert seen.outage.__context__ is None
    assert "pa:ss" not in told
    assert "pa%3Ass" not in told
    assert "${PW}" in str(seen.outage)  # the person learns which variable to look at


async def test_pictures_are_freed_without_the_cyclic_collector(clips: Clips) -> None:
    gc.collect()
    gc.disable()
    try:
        async with camera(CameraPath("a", clips["h264"])) as url, watching(url) as seen:
            await seen.until(lambda seen: len(seen.frames) >= 10)
        assert seen.frames[0].image.flags.writeable
        seen.frames.clear()  # each array is a view of its picture
        held = sum(type(thing).__name__ == "VideoFrame" for thing in gc.get_objects())
    finally:
        gc.enable()
    assert held <= 2


@pytest.mark.parametrize(
    ("size", "max_width", "fitted"),
    [
        pytest.param((1920, 1080), 960, (960, 540), id="halved"),
        pytest.param((1920, 1080), None, (1920, 1080), id="no limit"),
        pytest.param((640, 360), 960, (640, 360), id="never enlarged"),
        pytest.param((960, 540), 960, (960, 540), id="just fits"),
        pytest.param((704, 576), 353, (352, 288), id="even sides"),
        pytest.param((5000, 1), 100, (100, 2), id="never nothing"),
    ],
)
def test_the_size_of_scaled_pictures(size: tuple[int, int], max_width: int | None, fitted: tuple[int, int]) -> None:
    assert fit(*size, max_width) == fitted
