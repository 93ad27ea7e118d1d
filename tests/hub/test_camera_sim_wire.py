"""The simulator's pure parts: RTP layout, bitstreams, requests, accounts, damage."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.camera_sim.auth import Account
from hub.camera_sim.bitstream import nal_units
from hub.camera_sim.faults import damaged
from hub.camera_sim.requests import NotRtsp, requests_in
from hub.camera_sim.rtp import Codec, fragments, layout, sender_report

NAL = st.binary(min_size=3, max_size=5000).map(lambda body: b"\x65\x01" + body)


def joined(payloads: list[bytes], codec: Codec) -> bytes:
    """The NAL unit that a receiver puts together from fragments (RFC 6184 §5.8, RFC 7798 §4.4.3)."""
    if len(payloads) == 1:
        return payloads[0]
    head = 3 if codec == "hevc" else 2
    first = payloads[0]
    kind = first[head - 1] & 63
    nal = (
        bytes([(first[0] & 0x81) | kind << 1, first[1]]) if codec == "hevc" else bytes([(first[0] & 0xE0) | kind & 31])
    )
    return nal + b"".join(payload[head:] for payload in payloads)


@given(NAL, st.sampled_from(["h264", "hevc"]), st.integers(8, 1400))
def test_a_receiver_gets_back_every_nal_unit_from_its_fragments(nal: bytes, codec: Codec, limit: int) -> None:
    payloads = list(fragments(nal, codec, limit))
    assert all(len(payload) <= limit for payload in payloads)
    assert joined(payloads, codec) == nal
    if len(payloads) > 1:
        flags = [payload[2 if codec == "hevc" else 1] & 0xC0 for payload in payloads]
        assert flags == [0x80, *[0] * (len(payloads) - 2), 0x40]


@given(st.lists(NAL, min_size=1, max_size=4), st.integers(0, 0xFFFF))
def test_the_last_packet_of_a_picture_carries_the_marker_and_numbers_run_on(nals: list[bytes], seq: int) -> None:
    packets = layout(nals, "h264")
    data = packets.patched(seq, 90_000, 7)
    markers = [data[start + 5] >> 7 for start in packets.starts]
    numbers = [int.from_bytes(data[start + 6 : start + 8], "big") for start in packets.starts]
    assert markers == [0] * (len(markers) - 1) + [1]
    assert numbers == [(seq + n) & 0xFFFF for n in range(len(numbers))]


def test_a_sender_report_holds_the_wall_clock_and_the_rtp_time() -> None:
    report = sender_report(ssrc=5, unix_s=1_000_000_000.5, timestamp=90_000, packets=3, octets=400)
    assert report[:4] == b"\x24\x01\x00\x1c"
    assert int.from_bytes(report[12:16], "big") == 1_000_000_000 + 2_208_988_800
    assert int.from_bytes(report[16:20], "big") == 2**31
    assert int.from_bytes(report[20:24], "big") == 90_000


@given(st.lists(st.binary(min_size=1, max_size=50).map(lambda body: body.replace(b"\0", b"\1") + b"\1"), max_size=5))
def test_nal_units_are_found_with_lengths_and_with_start_codes(nals: list[bytes]) -> None:
    assert nal_units(b"".join(len(nal).to_bytes(4, "big") + nal for nal in nals), 4) == nals
    assert nal_units(b"".join(b"\0\0\0\1" + nal for nal in nals), 0) == nals


REQUEST = b"DESCRIBE rtsp://h:554/cam%201/sub/trackID=0?x=1 RTSP/1.0\r\nCSeq: 3\r\nContent-Length: 2\r\n\r\nab"


@given(st.integers(0, len(REQUEST)))
def test_a_request_is_found_however_it_is_cut_and_whatever_rtcp_lies_between(cut: int) -> None:
    buffer = bytearray(b"$\x01\x00\x03abc" + REQUEST[:cut])
    found = list(requests_in(buffer))
    buffer += REQUEST[cut:] + b"$\x01\x00"
    found += requests_in(buffer)
    assert [(one.method, one.path, one.headers["cseq"]) for one in found] == [("DESCRIBE", "cam 1/sub", "3")]
    assert buffer == b"$\x01\x00"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="HTTP"),
        pytest.param(b"\r\n\r\n", id="nothing"),
        pytest.param(b"OPTIONS * RTSP/1.0\r\nContent-Length: -1\r\n\r\n", id="a negative length"),
        pytest.param(b"A" * 20_000, id="a head without end"),
    ],
)
def test_what_is_not_rtsp_is_refused(data: bytes) -> None:
    with pytest.raises(NotRtsp):
        list(requests_in(bytearray(data)))


@given(st.text(max_size=200))
def test_no_authorization_header_but_the_right_one_is_admitted(header: str) -> None:
    assert not Account("basic", "u", "p").admits("DESCRIBE", header, "n")
    assert not Account("digest", "u", "p").admits("DESCRIBE", header, "n")
    assert Account("basic", "u", "p").admits("DESCRIBE", "Basic dTpw", "n")


def test_an_account_does_not_show_its_password() -> None:
    assert "sesame" not in repr(Account("digest", "u", "sesame"))


@given(st.integers(0, 1000))
def test_damage_spares_the_framing_so_that_the_connection_lives(seed: int) -> None:
    packets = layout([b"\x65" * 9000], "h264")
    data = packets.patched(1, 2, 3)
    out = damaged(bytearray(data), packets, random.Random(seed))
    at = 0
    while at < len(out):
        assert out[at] == 0x24
        at += 4 + int.from_bytes(out[at + 2 : at + 4], "big")
    assert at == len(out)
