"""RTP packets to pictures: whole, torn, without markers, with too many of them."""

import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.camera_sim.rtp import Codec, sender_report
from ingest.rtsp_client.access_units import FOREIGN_LIMIT, AccessUnit, Assembler
from tests.ingest.rtsp_client.packets import KEY, SLICE, SPS, annex_b, assembled, rtp, sent, track

CODECS: list[Codec] = ["h264", "hevc"]
both_codecs = pytest.mark.parametrize("codec", CODECS)
BODIES = st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=4)


def pictures_of(codec: Codec, bodies: list[list[bytes]]) -> list[list[bytes]]:
    """Each with a first slice, then others; every third a keyframe after its parameter set."""
    pictures = []
    for count, slices in enumerate(bodies):
        head = KEY[codec] if count % 3 == 0 else SLICE[codec]
        nals = [head + bytes((0x80 if at == 0 else 0x01,)) + body for at, body in enumerate(slices)]
        pictures.append([SPS[codec] + b"\x64\x00\x1f", *nals] if count % 3 == 0 else nals)
    return pictures


@given(st.sampled_from(CODECS), st.lists(BODIES, min_size=1, max_size=8), st.integers(8, 60))
def test_what_the_camera_cut_up_comes_back_whole(codec: Codec, bodies: list[list[bytes]], limit: int) -> None:
    pictures = pictures_of(codec, bodies)
    units = assembled(sent(pictures, codec, limit=limit), codec)
    assert [unit.data for unit in units] == [annex_b(nals) for nals in pictures]
    assert [unit.ticks for unit in units] == [3600 * count for count in range(len(pictures))]
    assert [unit.is_key for unit in units] == [count % 3 == 0 for count in range(len(pictures))]
    assert [len(unit.sets) for unit in units] == [int(count % 3 == 0) for count in range(len(pictures))]
    assert not any(unit.is_corrupt for unit in units)


@given(st.sampled_from(CODECS), st.lists(BODIES, min_size=2, max_size=8), st.data())
def test_no_picture_that_lost_a_packet_passes_as_whole(
    codec: Codec, bodies: list[list[bytes]], data: st.DataObject
) -> None:
    pictures = pictures_of(codec, bodies)
    packets = sent(pictures, codec)
    lost = data.draw(st.sets(st.integers(1, len(packets) - 2), max_size=5))
    whole = {annex_b(nals) for nals in pictures}
    for unit in assembled([one for at, one in enumerate(packets) if at not in lost], codec):
        assert unit.is_corrupt or bytes(unit.data) in whole


@given(st.sampled_from(CODECS), st.lists(BODIES, min_size=1, max_size=8))
def test_a_stream_without_markers_is_parted_by_its_timestamps(codec: Codec, bodies: list[list[bytes]]) -> None:
    pictures = pictures_of(codec, bodies)
    unmarked = [packet[:1] + bytes((packet[1] & 127,)) + packet[2:] for packet in sent(pictures, codec)]
    units = assembled(unmarked, codec, end=True)
    assert [unit.data for unit in units] == [annex_b(nals) for nals in pictures]
    assert not any(unit.is_corrupt for unit in units)


@given(st.lists(st.binary(max_size=80), max_size=40))
def test_whatever_comes_raises_nothing(packets: list[bytes]) -> None:
    for codec in CODECS:
        assembled([b"\x80\x60" + packet for packet in packets], codec)
        assembled(packets, codec)


@both_codecs
def test_aggregated_units_are_taken_apart(codec: Codec) -> None:
    nals = [SPS[codec] + b"\x64", KEY[codec] + b"\x80abc"]
    head = b"\x18" if codec == "h264" else b"\x60\x01"
    packed = head + b"".join(struct.pack("!H", len(nal)) + nal for nal in nals)
    [unit] = assembled([rtp(packed, 1, 1, marker=True)], codec)
    assert (unit.data, unit.is_key, unit.is_corrupt, unit.sets) == (annex_b(nals), True, False, (nals[0],))


def test_an_aggregate_that_is_cut_off_is_corrupt() -> None:
    packed = b"\x18" + struct.pack("!H", 5) + b"\x41\x80abc" + struct.pack("!H", 50) + b"\x41"
    [unit] = assembled([rtp(packed, 1, 1, marker=True)])
    assert unit.is_corrupt


@both_codecs
def test_markers_after_parameter_sets_end_no_picture(codec: Codec) -> None:
    packets = [rtp(SPS[codec] + b"\x64", 1, 9, marker=True), rtp(KEY[codec] + b"\x80abc", 2, 9, marker=True)]
    [unit] = assembled(packets, codec)
    assert unit.data == annex_b([SPS[codec] + b"\x64", KEY[codec] + b"\x80abc"])


@both_codecs
def test_markers_after_every_slice_are_believed_once(codec: Codec) -> None:
    def picture(number: int) -> list[bytes]:
        first, second = SLICE[codec] + b"\x80a", SLICE[codec] + b"\x01b"
        return [
            rtp(first, 2 * number, 100 * number, marker=True),
            rtp(second, 2 * number + 1, 100 * number, marker=True),
        ]

    units = assembled([packet for number in range(4) for packet in picture(number)], codec, end=True)
    assert [unit.is_corrupt for unit in units] == [False, True, False, False, False]
    assert units[2].data == annex_b([SLICE[codec] + b"\x80a", SLICE[codec] + b"\x01b"])


def test_a_lost_picture_is_missed_by_the_next_but_not_by_a_keyframe() -> None:
    after = assembled([rtp(b"\x41\x80a", 1, 1, marker=True), rtp(b"\x41\x80b", 3, 3, marker=True)])
    assert [unit.is_corrupt for unit in after] == [False, True]
    key = assembled([rtp(b"\x41\x80a", 1, 1, marker=True), rtp(b"\x65\x80b", 3, 3, marker=True)])
    assert [unit.is_corrupt for unit in key] == [False, False]


def test_the_time_goes_on_over_the_wrap_and_may_go_back_for_b_frames() -> None:
    stamps = [2**32 - 3600, 0, 7200, 3600]
    units = assembled([rtp(b"\x41\x80a", at, stamp, marker=True) for at, stamp in enumerate(stamps)])
    assert [unit.ticks for unit in units] == [0, 3600, 10_800, 7200]


def test_a_standing_clock_leaves_pictures_apart() -> None:
    units = assembled([rtp(b"\x41\x80a", number, 5, marker=True) for number in range(5)])
    assert [(unit.ticks, unit.is_corrupt) for unit in units] == [(0, False)] * 5


@pytest.mark.parametrize(
    ("sei", "is_key"),
    [
        pytest.param(b"\x06\x06\x01\xc4\x80", True, id="recovery point"),
        pytest.param(b"\x06\x00\x02ab\x06\x01\xc4\x80", True, id="after another message"),
        pytest.param(b"\x06\x05\x03abc\x80", False, id="another message"),
        pytest.param(b"\x06\xff\xff", False, id="cut off"),
    ],
)
def test_a_recovery_point_is_where_decoding_may_begin(sei: bytes, is_key: bool) -> None:
    [unit] = assembled([rtp(sei, 1, 1), rtp(b"\x41\x80a", 2, 1, marker=True)])
    assert unit.is_key is is_key


@pytest.mark.parametrize(
    ("first", "extra", "tail"),
    [
        pytest.param(0x82, b"\1\2\3\4\5\6\7\x08", b"", id="two sources"),
        pytest.param(0x90, b"\xab\xac\0\1\1\2\3\4", b"", id="an extension"),
        pytest.param(0xA0, b"", b"\0\0\3", id="padding"),
    ],
)
def test_headers_with_more_in_them_are_passed_over(first: int, extra: bytes, tail: bytes) -> None:
    packet = rtp(b"", 1, 1, marker=True)
    [unit] = assembled([bytes((first,)) + packet[1:] + extra + b"\x65\x80abc" + tail])
    assert unit.data == annex_b([b"\x65\x80abc"])


def test_packets_of_another_kind_are_not_taken_for_pictures() -> None:
    assert assembled([rtp(b"\x65\x80abc", 1, 1, marker=True, payload_type=97)]) == []


def test_sender_reports_date_the_pictures() -> None:
    assembler, ready = Assembler(track()), list[AccessUnit]()
    assembler.take(memoryview(rtp(b"\x41\x80a", 1, 90_000, marker=True)), ready)
    assembler.report(memoryview(sender_report(7, 1_800_000_000.25, 90_000, 1, 1))[4:])
    for number, stamp in ((2, 93_600), (3, 86_400)):
        assembler.take(memoryview(rtp(b"\x41\x80a", number, stamp, marker=True)), ready)
    assert ready[0].camera_s is None
    assert [unit.camera_s for unit in ready[1:]] == pytest.approx([1_800_000_000.29, 1_800_000_000.21], abs=1e-3)


@pytest.mark.parametrize(
    ("packet", "ended"),
    [(struct.pack("!BBHI", 0x81, 203, 1, 7), True), (struct.pack("!BBHI", 0x80, 201, 1, 7), False), (b"\x80", False)],
    ids=["bye", "a receiver report", "cut off"],
)
def test_a_goodbye_is_heard(packet: bytes, ended: bool) -> None:
    assembler = Assembler(track())
    assembler.report(memoryview(packet))
    assert assembler.ended is ended


def test_a_picture_that_never_ends_is_given_up_and_the_next_one_misses_it() -> None:
    fragment = b"\x7c\x05" + bytes(65_000)
    packets = [rtp(b"\x7c\x85" + bytes(9), 0, 1), *(rtp(fragment, number, 1) for number in range(1, 4200))]
    packets += [rtp(b"\x41\x80a", 4200, 2, marker=True), rtp(b"\x41\x80b", 4201, 3, marker=True)]
    units = assembled(packets)
    assert max(len(unit.data) for unit in units) < 1000 or units[0].is_corrupt
    assert [unit.is_corrupt for unit in units[-2:]] == [True, False]
    assert all(b.ticks >= a.ticks for a, b in pairwise(units))


@pytest.mark.parametrize(
    ("announced", "sends", "lied"), [("h264", "hevc", True), ("hevc", "h264", True), ("h264", "h264", False),
                                     ("hevc", "hevc", False)],
)  # fmt: skip
def test_another_codec_than_was_announced_is_noticed(announced: Codec, sends: Codec, lied: bool) -> None:
    pictures = [[SPS[sends] + b"\x11", KEY[sends] + b"\x80" * 200], *([[SLICE[sends] + b"\x80" * 120]] * 60)]
    assembler = Assembler(track(announced))
    for packet in sent(pictures, sends):
        assembler.take(memoryview(bytearray(packet)), [])
    assert assembler.lied_to is lied


@pytest.mark.parametrize(("foreign", "lied"), [(FOREIGN_LIMIT - 1, False), (FOREIGN_LIMIT, True)])
def test_some_payloads_of_a_makers_own_are_no_other_codec(foreign: int, lied: bool) -> None:
    assembler = Assembler(track("h264"))
    for number in range(foreign):
        assembler.take(memoryview(bytearray(rtp(b"\x1f\x00", number, 0))), [])
    assert assembler.lied_to is lied
