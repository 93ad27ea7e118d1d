from datetime import timedelta

import pytest

from contracts.packets import EncodedPacket, StreamHeader
from hub.packets.ring import PacketRing, total_bytes
from tests.hub.packets.encoded import T0

HEADER = StreamHeader("h264", b"", 320, 180)
AGAIN = StreamHeader("h264", b"", 320, 180)
GOP = 10


def packet(number: int, *, header: StreamHeader = HEADER, size: int = 100, gop: int = GOP) -> EncodedPacket:
    at = T0 + timedelta(seconds=number / 10)
    return EncodedPacket(header, bytes(size), number / 10, at, number % gop == 0)


def ring(*, keep_s: float = 2.0, max_bytes: int = 1_000_000) -> PacketRing:
    return PacketRing(keep=timedelta(seconds=keep_s), max_bytes=max_bytes)


def numbers(packets: tuple[EncodedPacket, ...]) -> list[int]:
    return [round(one.stream_s * 10) for one in packets]


ALL = (T0 - timedelta(days=1), T0 + timedelta(days=1))


def test_what_is_kept_begins_with_a_keyframe_and_reaches_back_far_enough() -> None:
    kept = ring()
    for number in range(3, 57):
        kept.put(packet(number))
    assert numbers(kept.slice(*ALL)) == list(range(30, 57))


@pytest.mark.parametrize(("size", "first"), [(100, 30), (101, 40)], ids=["just fits", "a byte too much"])
def test_bytes_are_bounded_by_whole_groups(size: int, first: int) -> None:
    kept = ring(max_bytes=GOP * 100 * 2)
    for number in range(50):
        kept.put(packet(number, size=100))
    kept = ring(max_bytes=GOP * 100 * 2)
    for number in range(50):
        kept.put(packet(number, size=size if number == 49 else 100))
    assert numbers(kept.slice(*ALL)) == list(range(first, 50))
    assert kept.size_bytes <= GOP * 100 * 2


def test_a_stream_without_keyframes_never_fills_the_memory() -> None:
    kept = ring(max_bytes=1000)
    for number in range(1, 50):
        kept.put(packet(number, gop=10_000))
    kept.put(packet(0))
    for number in range(1, 50):
        kept.put(packet(number, gop=10_000))
    assert kept.size_bytes <= 1000
    assert kept.overflows == 1


def test_who_holds_gets_more_than_the_usual_seconds_until_it_lets_go() -> None:
    kept = ring(keep_s=0)
    kept.hold("a clip", T0 + timedelta(seconds=1))
    for number in range(60):
        kept.put(packet(number))
    assert numbers(kept.slice(*ALL))[0] == 10
    kept.hold("a clip", None)
    for number in range(60, 71):
        kept.put(packet(number))
    assert numbers(kept.slice(*ALL)) == [70]


@pytest.mark.parametrize(
    ("since_s", "until_s", "wanted"),
    [(1.5, 2.2, range(10, 23)), (1.0, 1.9, range(10, 20)), (0.99, 1.0, range(0, 11)), (-9.0, 0.2, range(0, 3))],
    ids=["within a group", "at its keyframe", "just before it", "before all"],
)
def test_a_slice_begins_with_the_keyframe_that_its_first_picture_needs(
    since_s: float, until_s: float, wanted: range
) -> None:
    kept = ring(keep_s=60)
    for number in range(40):
        kept.put(packet(number))
    found = kept.slice(T0 + timedelta(seconds=since_s), T0 + timedelta(seconds=until_s))
    assert numbers(found) == list(wanted)
    assert total_bytes(found) == 100 * len(wanted)


def test_a_new_connection_begins_with_its_own_keyframe() -> None:
    kept = ring()
    for number in range(5):
        kept.put(packet(number))
    for number in range(5, 12):
        kept.put(packet(number, header=AGAIN))
    assert numbers(kept.slice(*ALL)) == [0, 1, 2, 3, 4, 10, 11]


def test_a_viewer_joins_without_a_gap_and_leaves_without_a_trace() -> None:
    kept, heard = ring(), []
    for number in range(14):
        kept.put(packet(number))
    assert numbers(kept.join(heard.append)) == [10, 11, 12, 13]
    kept.put(packet(14))
    kept.leave(heard.append)
    assert numbers(tuple(heard)) == [14]
    assert kept.newest == packet(14)


def test_leaving_is_by_the_listener_itself() -> None:
    kept, heard = ring(), []
    listener = heard.append
    kept.join(listener)
    kept.leave(listener)
    kept.put(packet(0))
    assert heard == []
    assert ring().join(listener) == ()
    assert ring().newest is None
