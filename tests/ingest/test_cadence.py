from collections.abc import Iterator

import pytest

from ingest.cadence import Cadence, Mode


def packets(gop: int, count: int, fps: float = 10.0) -> Iterator[tuple[float, bool]]:
    return ((number / fps, number % gop == 0) for number in range(count))


def decoded(cadence: Cadence, mode: Mode, stream: Iterator[tuple[float, bool]]) -> tuple[Cadence, list[float]]:
    chosen = []
    for at_s, is_key in stream:
        cadence, decode = cadence.packet(mode, is_key=is_key, at_s=at_s)
        if decode:
            chosen.append(at_s)
    return cadence, chosen


def test_idle_watching_decodes_keyframes_only() -> None:
    assert decoded(Cadence(8), "keyframes", packets(10, 30))[1] == [0.0, 1.0, 2.0]


@pytest.mark.parametrize("mode", ["full", "sub"])
def test_full_decoding_decodes_every_packet(mode: Mode) -> None:
    assert len(decoded(Cadence(8), mode, packets(10, 30))[1]) == 30


def test_a_stream_joined_between_keyframes_waits_for_the_next_one() -> None:
    stream = ((at_s, is_key) for at_s, is_key in packets(10, 30) if at_s > 0.35)
    assert decoded(Cadence(8), "full", stream)[1][0] == 1.0


def test_a_change_to_full_waits_for_the_next_keyframe_because_references_are_missing() -> None:
    cadence, _ = decoded(Cadence(8), "keyframes", packets(10, 15))
    stream = ((at_s, is_key) for at_s, is_key in packets(10, 25) if at_s >= 1.5)
    assert decoded(cadence, "full", stream)[1] == [2.0, 2.1, 2.2, 2.3, 2.4]


def test_a_change_to_keyframes_takes_effect_with_the_next_packet() -> None:
    cadence, _ = decoded(Cadence(8), "full", packets(10, 15))
    stream = ((at_s, is_key) for at_s, is_key in packets(10, 25) if at_s >= 1.5)
    assert decoded(cadence, "keyframes", stream)[1] == [2.0]


def test_the_keyframe_interval_is_measured() -> None:
    assert decoded(Cadence(8), "keyframes", packets(20, 5))[0].gop_s is None
    assert decoded(Cadence(8), "keyframes", packets(20, 65))[0].gop_s == pytest.approx(2.0)


def test_a_smart_codec_is_fallen_back_from_and_everything_is_decoded() -> None:
    cadence, chosen = decoded(Cadence(8), "keyframes", packets(100, 250))
    assert cadence.fallback
    assert chosen[:3] == pytest.approx([0.0, 10.0, 10.1])


@pytest.mark.parametrize(("gop", "falls"), [(50, False), (52, True)], ids=["5.0 s", "5.2 s"])
def test_the_limit_of_the_fall_back(gop: int, falls: bool) -> None:
    assert decoded(Cadence(8), "keyframes", packets(gop, 200))[0].fallback is falls


def test_keyframes_that_come_often_again_end_the_fall_back() -> None:
    cadence, _ = decoded(Cadence(8), "keyframes", packets(100, 250))
    again = ((25 + at_s, is_key) for at_s, is_key in packets(20, 90))
    cadence, _ = decoded(cadence, "keyframes", again)
    assert not cadence.fallback


@pytest.mark.parametrize(
    ("max_fps", "expected"), [(2.0, 20), (5.0, 50), (10.0, 100), (25.0, 100)], ids=["2", "5", "as sent", "more"]
)
def test_pictures_of_full_decoding_are_handed_on_at_the_rate_asked_for(max_fps: float, expected: int) -> None:
    cadence, handed = Cadence(max_fps), 0
    for at_s, _ in packets(10, 100):
        cadence, wanted = cadence.picture("full", at_s=100 + at_s)
        handed += wanted
    assert abs(handed - expected) <= 1


def test_keyframes_are_always_handed_on() -> None:
    cadence = Cadence(max_fps=0.1)
    for at_s in range(10):
        cadence, wanted = cadence.picture("keyframes", at_s=at_s)
        assert wanted


def test_keyframes_are_decoded_though_the_detectors_lag_so_that_the_newest_waits() -> None:
    cadence, decoded_ = Cadence(8), 0
    for at_s, is_key in packets(10, 100):
        cadence, decode = cadence.packet("keyframes", is_key=is_key, at_s=at_s, spacing_s=9.0)
        decoded_ += decode
    assert decoded_ == 10


@pytest.mark.parametrize(("spacing_s", "keys_only"), [(0.9, False), (1.0, True)], ids=["below the GOP", "the GOP"])
def test_full_decoding_becomes_keyframes_when_pictures_are_wanted_no_oftener(spacing_s: float, keys_only: bool) -> None:
    cadence, decoded_ = Cadence(8), 0
    for number, (at_s, is_key) in enumerate(packets(10, 100)):
        cadence, decode = cadence.packet("full", is_key=is_key, at_s=at_s, spacing_s=spacing_s)
        decoded_ += decode and number > 50
    assert decoded_ == (4 if keys_only else 49)


def test_where_every_picture_is_a_keyframe_idle_watching_takes_one_a_second() -> None:
    assert len(decoded(Cadence(8), "keyframes", packets(1, 100, fps=25.0))[1]) == 5


def test_a_stream_clock_that_jumps_back_does_not_stop_the_pictures() -> None:
    cadence, _ = decoded(Cadence(8), "keyframes", packets(10, 30))
    again = ((at_s - 1e6, is_key) for at_s, is_key in packets(10, 30))
    assert len(decoded(cadence, "keyframes", again)[1]) == 3
