"""Both RTSP clients give the decoder the same, and what ours does not do is done by FFmpeg's."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest

from contracts.packets import EncodedPacket
from hub.camera_sim import CameraPath, Clip, Fault
from ingest import ffmpeg_source, rtsp_source
from ingest.decoder import CLIENTS
from ingest.rtsp_client.unsupported import Unsupported
from ingest.source import Open
from tests.ingest.rtsp_client.cameras import Odd, serving
from tests.ingest.watching import camera, watching

Clips = Mapping[str, Clip]


async def seen_by(
    clients: Sequence[Open], clip: Clip, enough: int = 12
) -> tuple[list[EncodedPacket], str, tuple[int, int]]:
    """What a connection passes on from its first keyframe, which client it was, and the size of its pictures."""
    packets: list[EncodedPacket] = []
    async with camera(CameraPath("a", clip, start_s=0.5)) as url, watching(url, clients=clients) as seen:
        seen.link.on_packet = packets.append
        await seen.until(lambda seen: len(packets) >= 30 and len(seen.frames) >= 5)
    first = next(at for at, packet in enumerate(packets) if packet.is_key)
    return packets[first : first + enough], seen.link.facts.client, (seen.link.facts.width, seen.link.facts.height)


@pytest.mark.parametrize("name", ["h264", "hevc", "b_frames"])
async def test_either_client_passes_on_the_same(clips: Clips, name: str) -> None:
    ours, own, own_size = await seen_by([rtsp_source.open_source], clips[name])
    theirs, ffmpeg, their_size = await seen_by([ffmpeg_source.open_source], clips[name])
    assert (own, ffmpeg, own_size) == ("own", "ffmpeg", their_size)
    assert [packet.data for packet in ours] == [packet.data for packet in theirs]
    assert [packet.is_key for packet in ours] == [packet.is_key for packet in theirs]
    assert ours[0].header == theirs[0].header
    steps = [[round(b.stream_s - a.stream_s, 3) for a, b in pairwise(x)] for x in (ours, theirs)]
    assert steps[0] == steps[1]


async def test_a_new_size_in_the_stream_is_a_new_header(clips: Clips) -> None:
    packets: list[EncodedPacket] = []
    path = CameraPath("a", clips["h264"])
    async with camera(path) as url, watching(url) as seen:
        seen.link.on_packet = packets.append
        await seen.until(lambda seen: len(seen.frames) >= 1)
        path.switch(clips["small"])
        await seen.until(lambda seen: packets[-1].header.width == 160)
    headers = list({id(packet.header): packet.header for packet in packets}.values())
    assert [(header.width, header.height) for header in headers] == [(320, 180), (160, 90)]
    assert next(packet for packet in packets if packet.header is headers[1]).is_key


async def test_a_camera_that_ours_cannot_watch_is_left_to_ffmpeg_and_that_is_said(
    clips: Clips, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    def refuse(wanted: object) -> object:
        raise Unsupported("it is of another kind")

    async with camera(CameraPath("a", clips["h264"])) as url, watching(url, clients=[refuse, *CLIENTS[1:]]) as seen:
        await seen.until(lambda seen: len(seen.frames) >= 1)
    assert seen.link.facts.client == "ffmpeg"
    assert "it is of another kind" in caplog.text


async def test_a_camera_that_sends_only_by_udp_is_tried_by_both(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with serving(Odd({"SETUP": ("461 Unsupported Transport", "")})) as odd:
        async with watching(odd.url) as seen:
            await asyncio.wait_for(seen.ended.wait(), 20)
    assert seen.outage is not None
    assert "it answers 461" in caplog.text
    assert sum(one.startswith("SETUP") for one in odd.heard) >= 2


@pytest.mark.parametrize(
    ("fault", "named"),
    [(Fault.WRONG_PASSWORD, "unauthorized"), (Fault.MISSING, "not_found"), (Fault.REFUSE, "refused")],
)
async def test_what_the_camera_itself_refuses_is_not_tried_again(clips: Clips, fault: Fault, named: str) -> None:
    def never(wanted: object) -> object:
        raise AssertionError("tried")

    path = CameraPath("a", clips["h264"])
    path.set_fault(fault)
    async with camera(path) as url, watching(url, clients=[CLIENTS[0], never]) as seen:
        await asyncio.wait_for(seen.ended.wait(), 20)
    assert seen.outage is not None
    assert seen.outage.fault.value == named
