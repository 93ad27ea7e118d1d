"""Stopping is tried on real processes: signals belong to a process, not to a function."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from contracts.errors import BrokerUnavailable, ConfigurationError
from hub.shutdown import FORCED, run_until_stopped

Started = Callable[[str], subprocess.Popen[str]]

PROGRAM = """
import asyncio, threading, time
from hub.shutdown import run_until_stopped

async def work():
    try:
        print("working", flush=True)
        await asyncio.sleep(600)
    finally:
        {last}

run_until_stopped(work(), deadline_s=1.0)
print("done", flush=True)
"""


def started(last: str) -> subprocess.Popen[str]:
    child = subprocess.Popen([sys.executable, "-c", PROGRAM.format(last=last)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "working\n"
    return child


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cancels_the_work_and_waits_for_its_last_deeds(number: signal.Signals) -> None:
    child = started('print("tidied", flush=True)')
    child.send_signal(number)
    output, _ = child.communicate(timeout=30)
    assert output == "tidied\ndone\n"
    assert child.returncode == 0


@pytest.mark.parametrize(
    "last",
    [
        pytest.param("await asyncio.sleep(600)", id="the work does not let go"),
        pytest.param("time.sleep(600)", id="the loop hangs"),
        pytest.param("threading.Thread(target=time.sleep, args=(600,)).start()", id="a thread keeps the interpreter"),
    ],
)
def test_what_has_not_let_go_by_the_deadline_is_cut_off(last: str) -> None:
    child = started(last)
    began_s = time.monotonic()
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=30)
    assert child.returncode == FORCED
    assert time.monotonic() - began_s < 10


def test_a_second_signal_ends_at_once() -> None:
    child = started('print("tidying", flush=True); await asyncio.sleep(600)')
    child.send_signal(signal.SIGINT)
    assert child.stdout is not None
    assert child.stdout.readline() == "tidying\n"
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=30)
    assert child.returncode == 128 + signal.SIGINT


def test_an_error_made_on_purpose_comes_out_of_its_task_groups() -> None:
    async def work() -> None:
        raise ExceptionGroup("outer", [ExceptionGroup("inner", [ConfigurationError("mend me")])])

    with pytest.raises(ConfigurationError, match="mend me"):
        run_until_stopped(work())


def test_a_bug_beside_it_is_not_hidden() -> None:
    async def work() -> None:
        raise ExceptionGroup("both", [BrokerUnavailable("down"), ZeroDivisionError()])

    with pytest.raises(ExceptionGroup):
        run_until_stopped(work())
