"""`hub bench ingest`: processor time per camera-second from RTSP to a picture per keyframe.

Ours against `ffmpeg -skip_frame nokey` to a luma plane, one process a camera as it is run, and against a VideoCapture
loop. All watch the same simulated 1080p25 cameras for the same time and start anew in each round, so that the start
counts for all. Ours makes the detectors' BGR picture too; the peers make grey only.
"""

import asyncio
import re
import resource
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.errors import HubError
from hub import assets
from hub.bench import progress
from hub.bench.peer_environment import python_of
from hub.bench.simulated import simulated

FFMPEG_NEEDS = ("imageio-ffmpeg==0.6.0",)
WHERE = "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())"
CAMERAS, ROUNDS, SECONDS, GOP_S = 6, 3, 60.0, 2.0
FACTOR_FFMPEG, WANT_FFMPEG, FACTOR_OPENCV, WANT_OPENCV = 1.2, 1.1, 8.0, 20.0
ALMOST = 0.85
"""share of the keyframes that each side must bring; a round begins between two"""
PATIENCE_S = 120.0
IMPORTS = "import hub.bench.ingest_sides"
"""what the interpreter costs before it does anything: a hub pays it once, a bench of a minute would weigh it"""


@dataclass(frozen=True, slots=True)
class Round:
    """What one side did in one window."""

    cpu_s: float
    pictures: int


async def measure(*, cameras: int = CAMERAS, rounds: int = ROUNDS, seconds: float = SECONDS) -> dict[str, Any]:
    """`ours`, `peers`, `ratios`, `guards`, `met`."""
    made = assets.ensure()
    python = await python_of("ffmpeg", FFMPEG_NEEDS)
    ffmpeg = (await _run([str(python), "-c", WHERE]))[1][0]
    done: dict[str, list[Round]] = {"ours": [], "ffmpeg": [], "opencv": []}
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        async with simulated(made.street_1080p, cameras, Path(name)) as there:
            for number in range(rounds):
                for side, past in done.items():
                    progress.say(f"round {number + 1}, {side}", number * len(done) + len(past), rounds * len(done))
                    past.append(await _round(side, ffmpeg, there.urls, seconds))
    return verdict(done, cameras, seconds)


async def _round(side: str, ffmpeg: str, urls: Sequence[str], seconds: float) -> Round:
    if side != "ffmpeg":
        cpu_s, said = await _run([sys.executable, "-m", "hub.bench.ingest_sides", side, str(seconds), *urls])
        return Round(cpu_s - (await _run([sys.executable, "-c", IMPORTS]))[0], int(said[0].split()[-1]))
    cpu_s, said = await _run(*(_nokey(ffmpeg, url, seconds) for url in urls))
    return Round(cpu_s, sum(int(re.findall(r"frame=\s*(\d+)", one)[-1]) for one in said))


def _nokey(ffmpeg: str, url: str, seconds: float) -> list[str]:
    return [ffmpeg, "-hide_banner", "-nostdin", "-threads", "1", "-skip_frame", "nokey", "-rtsp_transport", "tcp",
            "-i", url, "-an", "-t", str(seconds), "-fps_mode", "passthrough", "-pix_fmt", "gray", "-f", "rawvideo",
            "-y", "/dev/null"]  # fmt: skip


async def _run(*commands: Sequence[str]) -> tuple[float, list[str]]:
    """Processor seconds of children that run at once and end by themselves, and what each said."""
    before_s = _children_s()
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(_said_by(command), name=command[0]) for command in commands]
    return _children_s() - before_s, [task.result() for task in running]


async def _said_by(command: Sequence[str]) -> str:
    child = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            out, _ = await child.communicate()
    except TimeoutError:
        child.kill()
        raise HubError(f"{command[0]} did not end") from None
    text = out.decode(errors="replace").strip()
    if child.returncode:
        raise HubError(f"{command[0]} failed: {text[-600:]}")
    return text


def _children_s() -> float:
    """Processor time of all children that have ended; the simulated cameras have not."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def verdict(done: Mapping[str, Sequence[Round]], cameras: int, seconds: float) -> dict[str, Any]:
    """What was measured, judged: the median round of each side."""
    said = {side: _said(rounds, cameras, seconds) for side, rounds in done.items()}
    ours = said["ours"]["cpu_ms_per_camera_s"]
    against_ffmpeg = ours / said["ffmpeg"]["cpu_ms_per_camera_s"]
    against_opencv = said["opencv"]["cpu_ms_per_camera_s"] / ours
    guards = {f"{side} brings the keyframes": one["of_keyframes"] >= ALMOST for side, one in said.items()}
    held = all(guards.values())
    return {
        "ours": said["ours"] | {"cameras": cameras},
        "peers": {"ffmpeg -skip_frame nokey": said["ffmpeg"], "OpenCV VideoCapture loop": said["opencv"]},
        "ratios": {"of ffmpeg's": round(against_ffmpeg, 2), "less than OpenCV's": round(against_opencv, 1)},
        "guards": guards,
        "met": {
            f"≤ {FACTOR_FFMPEG:g} × ffmpeg": held and against_ffmpeg <= FACTOR_FFMPEG,
            f"≤ {WANT_FFMPEG:g} × ffmpeg (wanted)": held and against_ffmpeg <= WANT_FFMPEG,
            f"≥ {FACTOR_OPENCV:g} × less than OpenCV": held and against_opencv >= FACTOR_OPENCV,
            f"≥ {WANT_OPENCV:g} × less than OpenCV (wanted)": held and against_opencv >= WANT_OPENCV,
        },
    }


def _said(rounds: Sequence[Round], cameras: int, seconds: float) -> dict[str, Any]:
    camera_s = cameras * seconds
    each = [1000 * one.cpu_s / camera_s for one in rounds]
    return {
        "cpu_ms_per_camera_s": round(statistics.median(each), 1),
        "of_keyframes": round(statistics.median(one.pictures for one in rounds) / (camera_s / GOP_S), 2),
        "rounds": [round(one, 1) for one in each],
    }
