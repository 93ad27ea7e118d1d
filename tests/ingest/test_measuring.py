from datetime import UTC, datetime

import av
import pytest

from contracts.packets import StreamHeader
from ingest.link import StreamFacts
from ingest.measuring import ALIKE, BURST_S, WINDOW_S, Gauge
from ingest.source import Unit

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
A_KBIT: Unit = Unit(av.Packet(b"\0" * 125), StreamHeader("h264", b"", 0, 0), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("speed", "fps"),
    [
        pytest.param(1.0, 25.0, id="as it is sent"),
        pytest.param(1.6, 25.0, id="read late, and now caught up with"),
        pytest.param(0.7, 25.0, id="falling behind"),
        pytest.param(1.0 / ALIKE + 0.1, 25.0 * (1.0 / ALIKE + 0.1), id="a clock that leaps: by ours"),
        pytest.param(0.0, 25.0, id="a clock that stands: by ours"),
    ],
)
def test_the_rate_is_that_of_the_stream_however_late_it_is_read(speed: float, fps: float) -> None:
    """`speed`: seconds of the stream that are read in one of ours; 25 pictures a second of the stream."""
    facts = StreamFacts()
    gauge, pictures_s = Gauge(facts, 0.0), 25.0 * (speed or 1.0)
    for number in range(int((BURST_S + WINDOW_S + 1.0) * pictures_s)):
        gauge.step(A_KBIT, number / 25.0 if speed else 0.0, number / pictures_s, AT)
    assert facts.measured
    assert facts.fps == pytest.approx(fps, rel=0.02)
    assert facts.kbit_s == pytest.approx(fps, rel=0.05)
