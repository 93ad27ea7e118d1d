import asyncio
import os
import sys
from pathlib import Path

import pytest

from contracts.errors import AssetMissing, ConfigurationError
from hub.supervision import HEALTHY_AFTER_S, Failures, Part, keep_running, keep_serving, last_words


def part(folder: Path, program: str) -> Part:
    return Part("vision", [sys.executable, "-c", program], folder / "vision.log", os.environ)


class Pauses:
    """Stands in for waiting; enough is enough after `most` of them."""

    def __init__(self, most: int) -> None:
        self.most, self.seen = most, list[float]()

    async def __call__(self, delay_s: float) -> None:
        self.seen.append(delay_s)
        if len(self.seen) >= self.most:
            raise asyncio.CancelledError


async def test_a_child_that_ends_is_started_again_ever_more_slowly(tmp_path: Path) -> None:
    said: list[str] = []
    pauses = Pauses(3)
    with pytest.raises(asyncio.CancelledError):
        await keep_running(part(tmp_path, "print('out of memory'); raise SystemExit(1)"), said.append, wait=pauses)
    assert len(said) == 3
    assert said[0].startswith("vision ended (exit 1): out of memory · again in 0.")
    assert pauses.seen[0] < pauses.seen[1] < pauses.seen[2]


@pytest.mark.parametrize(("status", "kind"), [(2, ConfigurationError), (3, AssetMissing)])
async def test_what_a_person_must_mend_is_not_tried_again(
    tmp_path: Path, status: int, kind: type[ConfigurationError]
) -> None:
    program = f"print('loading'); print('hub: streams.yaml: line 3: no such key'); raise SystemExit({status})"
    with pytest.raises(kind, match=r"vision: streams\.yaml: line 3: no such key"):
        await keep_running(part(tmp_path, program), print, wait=Pauses(1))


async def test_a_child_is_stopped_when_its_keeper_is(tmp_path: Path) -> None:
    program = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    log = tmp_path / "vision.log"
    async with asyncio.TaskGroup() as tasks:
        keeper = tasks.create_task(keep_running(part(tmp_path, program), print), name="keeper")
        async with asyncio.timeout(30):
            while not (log.exists() and log.read_text().strip()):  # noqa: ASYNC110 - a file says nothing
                await asyncio.sleep(0.02)
        keeper.cancel()
    with pytest.raises(ProcessLookupError):
        os.kill(int(log.read_text()), 0)


class Server:
    """Ends at once; counts its starts."""

    starts = 0

    async def start(self) -> str:
        self.starts += 1
        return ""

    async def stop(self) -> None: ...

    async def ended(self) -> int:
        return -9


async def test_a_server_that_ends_is_started_again() -> None:
    server, said = Server(), list[str]()
    with pytest.raises(asyncio.CancelledError):
        await keep_serving("broker", server, said.append, wait=Pauses(3))
    assert server.starts == 2
    assert said[0] == "the embedded broker ended (SIGKILL) and is started again"


class Unwilling(Server):
    """Does not start at the first two tries."""

    async def start(self) -> str:
        self.starts += 1
        if self.starts <= 2:
            raise ConfigurationError("did not listen in time")
        return ""


async def test_a_server_that_does_not_come_back_at_once_is_tried_again() -> None:
    server, said, pauses = Unwilling(), list[str](), Pauses(4)
    with pytest.raises(asyncio.CancelledError):
        await keep_serving("broker", server, said.append, wait=pauses)
    assert server.starts == 3
    assert said[1:3] == ["the embedded broker does not start yet: did not listen in time"] * 2
    assert pauses.seen[0] < pauses.seen[1] < pauses.seen[2]


@pytest.mark.parametrize(
    ("ran_s", "count"),
    [
        pytest.param(HEALTHY_AFTER_S - 1, 6, id="not healthy yet"),
        pytest.param(HEALTHY_AFTER_S, 1, id="had recovered"),
    ],
)
def test_a_long_healthy_run_forgives_earlier_failures(ran_s: float, count: int) -> None:
    failures = Failures(5)
    failures.delay_s(ran_s, 0.5)
    assert failures.count == count


@pytest.mark.parametrize(
    ("log", "words"),
    [
        pytest.param("", "", id="silence"),
        pytest.param("one\ntwo\n\n", "two", id="the last line"),
        pytest.param("one\nhub: wrong\n  → mend it\n", "wrong\n  → mend it", id="an error made on purpose, whole"),
    ],
)
def test_last_words(tmp_path: Path, log: str, words: str) -> None:
    (tmp_path / "x.log").write_text(log)
    assert last_words(tmp_path / "x.log", 0) == words
