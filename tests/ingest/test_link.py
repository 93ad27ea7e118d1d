"""When packets may come in handfuls."""

import pytest

from hub import clock
from ingest.cadence import Mode
from ingest.link import Link


@pytest.mark.parametrize(
    ("mode", "keys_only", "pictures", "watched", "gathers"),
    [
        pytest.param("keyframes", True, True, False, True, id="idle watching"),
        pytest.param("keyframes", True, True, True, False, id="an operator looks"),
        pytest.param("keyframes", False, True, False, False, id="keyframes too far apart: everything is decoded"),
        pytest.param("full", True, True, False, False, id="full, though the detectors have no time"),
        pytest.param("sub", False, True, False, False, id="the sub-stream"),
        pytest.param("keyframes", True, False, False, False, id="packets only, for those who watch"),
    ],
)
def test_packets_come_in_handfuls_only_while_nobody_waits_for_them(
    mode: Mode, keys_only: bool, pictures: bool, watched: bool, gathers: bool
) -> None:
    link = Link("cam", "rtsp://there", clock.now, lambda frame: None, mode=mode, pictures=pictures)
    link.facts.keys_only, link.is_watched = keys_only, lambda: watched
    assert link.gathers() is gathers
