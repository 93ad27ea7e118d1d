import pytest

from ingest.rtsp_client.target import Account, Target, target_of
from ingest.rtsp_client.unsupported import Unsupported


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("rtsp://h/a", Target("h", 554, False, "rtsp://h:554/a")),
        ("RTSPS://h/a", Target("h", 322, True, "rtsps://h:322/a")),
        ("rtsp://u:p%40@h:8554/a?b=c&d=1", Target("h", 8554, False, "rtsp://h:8554/a?b=c&d=1", Account("u", "p@"))),
        ("rtsp://u@h", Target("h", 554, False, "rtsp://h:554", Account("u", ""))),
        ("rtsp://u:p@x@h/", Target("h", 554, False, "rtsp://h:554/", Account("u", "p@x"))),
        ("rtsp://[fe80::1]:1/with%20space", Target("fe80::1", 1, False, "rtsp://[fe80::1]:1/with%20space")),
    ],
)
def test_an_address_is_taken_apart_and_asked_for_without_its_credentials(url: str, target: Target) -> None:
    assert target_of(url) == target


@pytest.mark.parametrize(
    "url",
    [
        "rtsp+http://h/a",
        "http://h/a",
        "rtsp://h:0/a",
        "rtsp://h:70000/a",
        "rtsp://h/a b",
        "rtsp://h/a\r\nX: y",
        "rtsp://",
    ],
)
def test_unusual_addresses_are_left_to_ffmpeg_and_not_repeated(url: str) -> None:
    with pytest.raises(Unsupported) as why:
        target_of(url)
    assert "h" not in str(why.value).split()


def test_the_password_is_not_shown() -> None:
    assert "geheim" not in repr(target_of("rtsp://u:geheim@h/a"))
