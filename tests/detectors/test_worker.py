import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from contracts.cameras import Rule
from contracts.frames import Frame
from detectors.decode_yolo import Floats, Layout
from detectors.detector import Detector
from detectors.model_metadata import ModelMetadata
from detectors.watching import CameraWatch
from detectors.worker import DetectorWorker, Result
from tests.detectors.scenes import CAMERA_ID, T0, camera, frame


class Blind:
    """An engine that sees nothing, and tells who asked."""

    metadata = ModelMetadata(("person",), 32, 32)
    layout = Layout.RAW

    def __init__(self, path: Path, then: Callable[[], None] = lambda: None) -> None:
        path.write_bytes(b"weights")
        self.path, self.threads, self.calls, self._then = path, set[str](), 0, then

    def infer(self, blob: Floats) -> Floats:
        self.threads.add(threading.current_thread().name)
        self.calls += 1
        self._then()
        return np.zeros((1, 5, 1), np.float32)


class Box:
    def __init__(self, *frames: Frame) -> None:
        self._frames = list(frames)

    def take(self) -> Frame | None:
        return self._frames.pop(0) if self._frames else None


def worker_of(engine: Blind, sink: Callable[[Result], None], *frames: Frame, rules: bool = True) -> DetectorWorker:
    worker = DetectorWorker(Detector(engine, min_confidence=0.3), sink=sink, clock=lambda: T0, tracked_fps=1000.0)
    looking = camera(*([Rule(rule="zone_intrusion", zone="left")] if rules else []))
    worker.add(CameraWatch(looking, model="m", min_confidence=0.3), Box(*frames), tracked=lambda: True)
    return worker


async def first_result(engine: Blind, *frames: Frame, rules: bool = True) -> Result:
    results: asyncio.Queue[Result] = asyncio.Queue()
    worker = worker_of(engine, results.put_nowait, *frames, rules=rules)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(worker.run(), name="detector")
        for _ in frames:
            worker.ready(CAMERA_ID)
        try:
            async with asyncio.timeout(10):
                while True:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(0.05):
                            return await results.get()
                    worker.ready(CAMERA_ID)
        finally:
            running.cancel()


async def test_a_picture_is_looked_at_in_the_detectors_own_thread(tmp_path: Path) -> None:
    engine = Blind(tmp_path / "m.onnx")
    result = await first_result(engine, frame(0))
    assert (result.camera_id, result.analysed, result.reports) == (CAMERA_ID, True, ())
    assert result.last_picture is not None
    assert {name.split("_")[0] for name in engine.threads} == {"detector"}


async def test_a_camera_without_rules_is_shown_and_not_analysed(tmp_path: Path) -> None:
    engine = Blind(tmp_path / "m.onnx")
    result = await first_result(engine, frame(0), rules=False)
    assert result.last_picture is not None
    assert (result.analysed, engine.calls) == (False, 0)


async def test_a_corrupt_picture_is_passed_over(tmp_path: Path) -> None:
    engine = Blind(tmp_path / "m.onnx")
    result = await first_result(engine, frame(0, corrupt=True))
    assert (result.analysed, result.last_picture, engine.calls) == (False, None, 0)


async def test_a_picture_in_which_nothing_moved_is_shown_and_not_analysed(tmp_path: Path) -> None:
    engine = Blind(tmp_path / "m.onnx")
    result = await first_result(engine, replace(frame(0), moved=False))
    assert result.last_picture is not None
    assert (result.analysed, engine.calls) == (False, 0)


async def test_a_bug_in_the_thread_ends_the_worker_with_what_it_was(tmp_path: Path) -> None:
    def fail() -> None:
        raise ZeroDivisionError("a bug")

    with pytest.raises(ExceptionGroup) as group:
        await first_result(Blind(tmp_path / "m.onnx", then=fail), frame(0))
    assert group.group_contains(ZeroDivisionError)


async def test_cancelling_leaves_no_thread_behind(tmp_path: Path) -> None:
    await first_result(Blind(tmp_path / "m.onnx"), frame(0))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("detector")]


async def test_a_camera_that_went_is_not_looked_at_and_the_others_are(tmp_path: Path) -> None:
    results: asyncio.Queue[Result] = asyncio.Queue()
    engine = Blind(tmp_path / "m.onnx")
    worker = worker_of(engine, results.put_nowait, frame(0), rules=False)
    other = camera().model_copy(update={"camera_id": "other"})
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(worker.run(), name="detector")
        worker.ready(CAMERA_ID)
        worker.remove(CAMERA_ID)
        worker.ready(CAMERA_ID)
        worker.add(CameraWatch(other, model="m", min_confidence=0.3), Box(frame(0)), tracked=lambda: False)
        worker.ready("other")
        await results.get()
        running.cancel()
    assert results.empty()
