import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from hub import cameras_file, clock, registry
from hub.cameras_file import CamerasFile
from hub.streams import StreamsError

HEAD = """
districts: {d: {name: 片区}}
defaults:
  datum: WGS-84
  district: d
  bureau: 城管
  legal: {basis: "7-1", purpose: 公共安全, sign: true, filing_no: "1"}
cameras:
"""


def text(*camera_ids: str, **names: str) -> str:
    lines = [
        f'  - {{id: "{id}", name: "{names.get(id, id)}", url: "rtsp://127.0.0.1/{id}", place: {{lat: 34.3, lon: 118}}}}'
        for id in camera_ids
    ]
    return HEAD + "\n".join(lines)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "streams.yaml"
    write(found, text("a", "b"))
    return found


@contextlib.asynccontextmanager
async def kept(file: CamerasFile) -> AsyncIterator[None]:
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(file.keep(), name="keep")
        yield
        keeping.cancel()


def write(path: Path, words: str) -> None:
    path.write_text(words)


async def until_named(engine: AsyncEngine, **names: str) -> None:
    """Wait until the registry holds these cameras with these names."""
    while {one.camera_id: one.name for one in await registry.cameras(engine)} != names:  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def until_told(engine: AsyncEngine, problems: bool) -> str:
    """Wait until the state of the file in the database has problems, or has none; the first of them."""
    while not (state := await cameras_file.state(engine)) or bool(state.problems) != problems:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    return str(state.problems[0]) if problems else ""


async def test_a_changed_file_is_applied_and_a_bad_one_leaves_all_as_it_was(engine: AsyncEngine, path: Path) -> None:
    file = CamerasFile(path, engine, clock.now)
    assert (await file.apply()).added == ("a", "b")
    async with kept(file):
        write(path, text("b", "c", b="改"))
        await until_named(engine, b="改", c="c")
        assert not file.missing()

        write(path, text("b", "c") + "\n    colour: red\n")
        assert "not YAML" in await until_told(engine, problems=True)
        assert "is not applied" in file.missing()[0]
        await until_named(engine, b="改", c="c")

        write(path, text("b"))
        await until_named(engine, b="b")
        await until_told(engine, problems=False)
        assert not file.missing()
    state = await cameras_file.state(engine)
    assert state
    assert (state.source, state.cameras, state.problems) == (str(path), 1, ())


async def test_a_file_that_is_taken_away_takes_no_camera_with_it(engine: AsyncEngine, path: Path) -> None:
    file = CamerasFile(path, engine, clock.now)
    await file.apply()
    async with kept(file):
        os.unlink(path)
        assert "No such file" in await until_told(engine, problems=True)
        assert len(await registry.cameras(engine)) == 2


async def test_a_file_that_never_was_is_no_problem_until_it_comes(engine: AsyncEngine, tmp_path: Path) -> None:
    path = tmp_path / "later.yaml"
    async with kept(CamerasFile(path, engine, clock.now)):
        await asyncio.sleep(2.5 * cameras_file.LOOK_EVERY_S)
        assert await cameras_file.state(engine) is None
        write(path, text("a"))
        await until_named(engine, a="a")


async def test_problems_are_raised_and_remembered(engine: AsyncEngine, path: Path) -> None:
    write(path, "cameras: [{id: x}]")
    with pytest.raises(StreamsError):
        await CamerasFile(path, engine, clock.now).apply()
    state = await cameras_file.state(engine)
    assert state
    assert {"cameras[0].name", "cameras[0].url"} <= {problem.key for problem in state.problems}


async def test_one_camera_in_the_list_twice_is_told(
    engine: AsyncEngine, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await CamerasFile(path, engine, clock.now).apply()
    assert "a = b" in caplog.text
    assert "位置相距 0 米且朝向相同" in caplog.text
