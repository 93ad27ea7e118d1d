"""`hub bench cameras`: processor time per camera-second, against ultralytics' multi-stream predict, same weights.

Both watch the same simulated 1080p25 cameras (H.264, about 4 Mbit/s, a keyframe in 2 s) over RTSP, look at each of
them once in 2 s, count the people, and are judged by one rule fed with their counts. The peer runs as it is given to
its users, with `vid_stride` set to the same rate, in an environment of its own, with as many cameras as it sustains;
ours with 16 or more. The cameras are a process of their own that nobody is charged for.
"""

import asyncio
import json
import os
import signal
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.errors import HubError
from detectors.detector import Detector
from detectors.engines.choice import open_engine
from hub import assets, clock, quantizing
from hub.bench import cameras_peer, progress, street
from hub.bench.cameras_events import Count, Span, happenings, recalled
from hub.bench.cameras_ours import SURE
from hub.bench.peer_environment import python_of
from hub.bench.process_table import cpu_s_of
from hub.camera_sim.clip import Clip
from hub.camera_sim.path import offset_of
from hub.embedded import children
from hub.embedded.ports import free_port

PEER, PEER_NEEDS = "ultralytics", ("ultralytics-opencv-headless==8.4.190", "onnxruntime==1.32.0")
CAMERAS, PEER_TRIES = 16, (8, 6, 4, 2)
ROUNDS, SECONDS, WARM_S, START_WITHIN_S = 3, 40.0, 10.0, 240.0
AFTER_S = 8.0
"""what began just before the window's end is given so long to be told, and is charged to nobody"""
RATE, ALMOST = 0.5, 0.96
"""looks a second; a side sustains it when it does so many of a hundred"""
FPS, PEER_SIZE = 25, 416
TRUTH_STEP, FOOTAGE_FPS, FOOTAGE_S, CALIBRATION_STEP = 2, 10, 78.0, 12
FACTOR, WANT, LOST_RECALL = 6.0, 10.0, 0.01


@dataclass(frozen=True, slots=True)
class Round:
    """What one side did in one window."""

    cameras: int
    cpu_s: float
    seconds: float
    looks: int
    told: int
    true: int
    """of so many happenings it told so many"""

    @property
    def rate(self) -> float:
        """Looks a camera and second."""
        return self.looks / self.cameras / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Processor time per camera-second at the rate that is asked for, milliseconds."""
        return self.cpu_s / (self.looks / RATE) * 1000


async def measure(*, cameras: int = CAMERAS, rounds: int = ROUNDS, seconds: float = SECONDS) -> dict[str, Any]:
    """`ours`, `peers`, `ratios`, `guards`, `met`."""
    made = assets.ensure()
    python = await python_of(PEER, PEER_NEEDS)
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        folder = Path(name)
        loop = asyncio.get_running_loop()
        truth, int8 = await loop.run_in_executor(None, _prepare, made, folder)
        port = free_port()
        sim = _spawn([sys.executable, "-m", "hub", "camera-sim", "--camera", f"cam*{cameras}={made.street_1080p}",
                      "--auth", "none", "--port", str(port), "--control-port", "0"], folder / "sim.log")  # fmt: skip
        try:
            began_s = await _said(folder / "sim.log", "streams on", sim)
            bench = _Bench(folder, port, began_s, truth, Clip.load(made.street_1080p), seconds)
            sides = {
                "ours": (cameras, [sys.executable, "-m", "hub.bench.cameras_ours", str(int8)]),
                "ours, fp32": (cameras, [sys.executable, "-m", "hub.bench.cameras_ours", str(made.model_wide)]),
            }
            peer = [str(python), cameras_peer.__file__, str(made.model_416)]
            sustained = await bench.most_sustained(peer, cameras)
            done: dict[str, list[Round]] = {"ours": [], "ours, fp32": [], PEER: []}
            for number in range(rounds):
                for side, (count, command) in sides.items():
                    progress.say(f"round {number + 1}, {side}", number, rounds)
                    done[side].append(await bench.round(command, count))
                progress.say(f"round {number + 1}, {PEER}", number, rounds)
                done[PEER].append(await bench.round(peer, sustained, _peer_arguments(sustained)))
        finally:
            await children.stop(sim, first=signal.SIGTERM, within_s=5.0)
    return verdict(done)


def _prepare(made: assets.Assets, folder: Path) -> tuple[list[Count], Path]:
    """Counts of the whole clip by the float model at full size, and the INT8 model made of other pictures of it."""
    numbers = range(0, int(FOOTAGE_S * FOOTAGE_FPS), TRUTH_STEP)
    shown = street.pictures(made, numbers)
    best = Detector(open_engine(made.model_far), min_confidence=SURE, labels=frozenset({"person"}))
    truth = []
    for done, (number, picture) in enumerate(shown.items()):
        progress.say("what happens in the clip", done, len(shown))
        truth.append(Count(number / FOOTAGE_FPS, len(best.detect(picture))))
    int8 = folder / "int8.onnx"
    quantizing.quantize(made.model_wide, list(shown.values())[::CALIBRATION_STEP], int8, progress.say)
    return truth, int8


def _peer_arguments(cameras: int) -> list[str]:
    return [str(cameras), str(int(FPS / RATE)), str(PEER_SIZE)]


class _Bench:
    """The simulated cameras and what is true on them."""

    def __init__(
        self, folder: Path, port: int, began_s: float, truth: Sequence[Count], clip: Clip, seconds: float
    ) -> None:
        self._folder, self._port, self._began_s, self._clip, self._seconds = folder, port, began_s, clip, seconds
        self._truth = truth

    async def most_sustained(self, peer: list[str], most: int) -> int:
        """With how many cameras the peer still looks at each as often as it should."""
        for cameras in [one for one in PEER_TRIES if one <= most]:
            progress.say(f"does {PEER} sustain {cameras} cameras?")
            tried = await self.round(peer, cameras, _peer_arguments(cameras))
            if tried.rate >= RATE * ALMOST:
                return cameras
        raise HubError(f"{PEER} does not sustain {PEER_TRIES[-1]} cameras on this machine")

    async def round(self, command: list[str], cameras: int, arguments: Sequence[str] = ()) -> Round:
        """Start a side, let it warm up, measure it, end it."""
        streams, log = self._folder / "all.streams", self._folder / "side.log"
        urls = [f"rtsp://127.0.0.1:{self._port}/cam{number + 1}" for number in range(cameras)]
        streams.write_text("\n".join(urls) + "\n")
        log.unlink(missing_ok=True)
        child = _spawn([*command, str(streams), *arguments], log)
        try:
            await _said(log, '{"camera"', child)
            await asyncio.sleep(WARM_S)
            start_s, cpu_s = clock.monotonic_s(), cpu_s_of(child.pid)
            await asyncio.sleep(self._seconds)
            end_s, cpu_s = clock.monotonic_s(), cpu_s_of(child.pid) - cpu_s
            await asyncio.sleep(AFTER_S)
        finally:
            await children.stop(child, first=signal.SIGTERM, within_s=3.0)
        lines = [json.loads(line) for line in _text_of(log).splitlines() if line[:9] == '{"camera"']
        window = Span(start_s, end_s)
        looks = sum(start_s <= line["at"] < end_s for line in lines)
        judged = [self._judge(camera, lines, window) for camera in range(cameras)]
        return Round(
            cameras, cpu_s, end_s - start_s, looks, sum(hit for hit, _ in judged), sum(asked for _, asked in judged)
        )

    def _judge(self, camera: int, lines: Sequence[Mapping[str, Any]], window: Span) -> tuple[int, int]:
        counts = [Count(line["at"], line["persons"]) for line in lines if line["camera"] == camera]
        counts.sort(key=lambda count: count.at_s)
        return recalled(happenings(self._true_counts(camera, window)), happenings(counts), window)

    def _true_counts(self, camera: int, window: Span) -> list[Count]:
        """The clip's counts as this camera shows them around the window."""
        zero_s = self._began_s - offset_of(camera, self._clip)
        first = int((window.start_s - zero_s) // FOOTAGE_S) - 1
        last = int((window.end_s - zero_s) // FOOTAGE_S) + 1
        return [
            Count(zero_s + loop * FOOTAGE_S + count.at_s, count.persons)
            for loop in range(first, last + 1)
            for count in self._truth
        ]


def _spawn(command: list[str], log: Path) -> Any:
    return children.spawn(command, log=log, death_signal=signal.SIGTERM, environment=os.environ)


async def _said(log: Path, words: str, child: Any) -> float:
    """The moment at which a child has said this.

    Raises:
        HubError: it ended, or is silent for too long; holds its last words.
    """
    deadline_s = clock.monotonic_s() + START_WITHIN_S
    while True:
        text = _text_of(log)
        if words in text:
            return clock.monotonic_s()
        if child.poll() is not None or clock.monotonic_s() > deadline_s:
            raise HubError(f"{child.args[:4]} did not start: {text[-1500:]}")
        await asyncio.sleep(0.05)


def _text_of(log: Path) -> str:
    return log.read_text(errors="replace") if log.exists() else ""


def verdict(done: Mapping[str, Sequence[Round]]) -> dict[str, Any]:
    """What was measured, judged: the median round of each side."""
    said = {side: _said_of(rounds) for side, rounds in done.items()}
    ours, peer = said["ours"], said[PEER]
    spent_ms = {side: statistics.median(one.cpu_ms for one in rounds) for side, rounds in done.items()}
    ratio = spent_ms[PEER] / spent_ms["ours"]
    guards = {
        f"each camera is looked at {RATE:g} times a second": ours["looks_per_camera_s"] >= RATE * ALMOST,
        "the peer sustains its cameras": peer["looks_per_camera_s"] >= RATE * ALMOST,
        "happenings told at most a point fewer": ours["recall"] >= peer["recall"] - LOST_RECALL,
        "there were happenings": min(one["happenings"] for one in said.values()) > 0,
    }
    return {
        "ours": {"INT8 416×256": ours, "fp32 416×256": said["ours, fp32"]},
        "peers": {f"{PEER} predict, 416×416": peer},
        "ratios": {
            "processor time per camera-second": round(ratio, 2),
            "with the fp32 model": round(spent_ms[PEER] / spent_ms["ours, fp32"], 2),
        },
        "guards": guards,
        "met": {
            f"≥ {FACTOR:g} × fewer": all(guards.values()) and ratio >= FACTOR,
            f"≥ {WANT:g} × fewer (wanted)": all(guards.values()) and ratio >= WANT,
        },
    }


def _said_of(rounds: Sequence[Round]) -> dict[str, Any]:
    true = sum(one.true for one in rounds)
    return {
        "cameras": rounds[0].cameras,
        "cpu_ms_per_camera_s": round(statistics.median(one.cpu_ms for one in rounds), 1),
        "looks_per_camera_s": round(statistics.median(one.rate for one in rounds), 3),
        "happenings": true,
        "recall": round(sum(one.told for one in rounds) / true, 3) if true else 0.0,
        "rounds": [round(one.cpu_ms, 1) for one in rounds],
    }
