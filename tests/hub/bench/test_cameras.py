import os
import subprocess
import sys
from dataclasses import replace

import pytest

from hub.bench.cameras import PEER, Round, verdict
from hub.bench.cameras_events import Count, Span, happenings, recalled
from hub.bench.process_table import cpu_s_of

FINE = Round(cameras=16, cpu_s=16.0, seconds=60.0, looks=480, told=20, true=20)


def counts(*persons: int) -> list[Count]:
    """A count every two seconds."""
    return [Count(2.0 * number, one) for number, one in enumerate(persons)]


def test_processor_time_is_taken_at_the_rate_that_is_asked_for() -> None:
    assert FINE.rate == 0.5
    assert FINE.cpu_ms == pytest.approx(16.0 / (16 * 60) * 1000)
    assert replace(FINE, looks=960).cpu_ms == pytest.approx(FINE.cpu_ms / 2)


@pytest.mark.parametrize(
    ("ours", "peer", "met"),
    [
        pytest.param(FINE, replace(FINE, cpu_s=97.0), (True, False), id="six times fewer"),
        pytest.param(FINE, replace(FINE, cpu_s=95.0), (False, False), id="not quite"),
        pytest.param(FINE, replace(FINE, cpu_s=161.0), (True, True), id="ten times fewer"),
        pytest.param(replace(FINE, told=19), replace(FINE, cpu_s=161.0), (False, False), id="by missing happenings"),
        pytest.param(replace(FINE, looks=400), replace(FINE, cpu_s=200.0), (False, False), id="by looking away"),
        pytest.param(FINE, replace(FINE, cpu_s=161.0, looks=400), (False, False), id="against one that cannot keep up"),
    ],
)
def test_fewer_counts_only_at_the_same_rate_and_recall(ours: Round, peer: Round, met: tuple[bool, bool]) -> None:
    found = verdict({"ours": [ours] * 3, "ours, fp32": [ours] * 3, PEER: [peer] * 3})
    assert tuple(found["met"].values()) == met


def test_happenings_are_the_rule_s() -> None:
    (span,) = happenings(counts(3, 6, 7, 8, 7, 6, 2, 2, 2, 2, 2))
    assert span.start_s == 2.0
    assert 10.0 <= span.end_s <= 18.0
    assert happenings(counts(3, 6, 2, 6, 2, 6, 2)) == []


def test_one_that_goes_on_lasts_until_the_last_count() -> None:
    assert happenings(counts(*[7] * 10)) == [Span(0.0, 18.0)]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param([Span(12, 30)], (1, 1), id="told"),
        pytest.param([Span(32, 40)], (1, 1), id="told a look late"),
        pytest.param([Span(36, 40)], (0, 1), id="another one"),
        pytest.param([], (0, 1), id="none"),
    ],
)
def test_recall_asks_for_what_began_in_the_window(told: list[Span], expected: tuple[int, int]) -> None:
    truth = [Span(0, 20), Span(10, 30), Span(40, 44), Span(59, 90)]
    assert recalled(truth, told, Span(5, 60)) == expected


def test_the_processor_time_of_children_counts() -> None:
    burning = "import time; t = time.process_time\nwhile t() < 0.3: pass\nprint('done', flush=True); time.sleep(30)"
    wrapper = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burning!r}])"
    with subprocess.Popen([sys.executable, "-c", wrapper], stdout=subprocess.PIPE, start_new_session=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert cpu_s_of(child.pid) >= 0.3
        os.killpg(child.pid, 9)
    assert cpu_s_of(child.pid) == 0.0
