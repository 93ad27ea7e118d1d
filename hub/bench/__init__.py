"""Benches: each measures the hub against a named peer, guards against a cheap win, and says what was met."""

import importlib
import os
import platform
from pathlib import Path
from typing import Any

from contracts.errors import ConfigurationError

BENCHES: dict[str, str] = {
    "bus": "acknowledged signals per CPU-second, against one by one and against raw batches",
    "push": "deliveries per CPU-second to 500 websocket clients, against a plain loop of send_json",
    "wall": "signal accepted → row painted in a real browser; action key → visible on a second console",
    "cameras": "processor time per camera-second at an equal rate of looks, against ultralytics multi-stream predict",
    "detector": "pictures per CPU-second, one thread, against onnxruntime fp32 with the same weights",
    "live": "camera's socket → canvas in a real browser, and what 40 viewers cost, against aiortc passthrough",
    "rules": "precision, recall and time to raise of every rule, per model, on the labelled clips",
    "quality": "false flags over relit days, defects noticed by strength, time a picture, against camera-health",
    "ingest": "processor time from RTSP to a picture per keyframe, against ffmpeg -skip_frame nokey and OpenCV",
    "gate": "processor time of the motion gate at equal recall, against OpenCV's MOG2",
    "overload": "age of the analysed picture and the pace of important cameras at twice the load, against a loop",
    "soak": "64 cameras with a fault every 10 s: time to recover, memory, outages told",
    "fusion": "same incident or not: F1, calibration, speed and replay, against window, key, ST-DBSCAN and boosting",
    "survive": "no signal lost or doubled while broker, database and processes are killed in turn",
}
"""name → what it measures. The module `hub.bench.<name>` offers `async measure(**options)`."""


async def measure(name: str, **options: object) -> dict[str, Any]:
    """Run a bench: `bench`, `machine`, `ours`, `peers`, `ratios`, `guards`, `met`.

    Raises:
        ConfigurationError: there is no such bench, or it lacks something (a browser, a build); says what.
    """
    if name not in BENCHES:
        raise ConfigurationError(f"no bench is called {name}", where="hub bench", hint=f"one of {', '.join(BENCHES)}")
    module = importlib.import_module(f"hub.bench.{name}")
    return {"bench": name, "machine": machine(), **await module.measure(**options)}


def machine() -> dict[str, str | int]:
    """What the figures were taken on: `cpu`, `cores`, `memory_gib`, `python`, `system`."""
    return {
        "cpu": _line("/proc/cpuinfo", "model name") or platform.processor(),
        "cores": os.cpu_count() or 0,
        "memory_gib": round(int((_line("/proc/meminfo", "MemTotal") or "0 kB").split()[0]) / 1024**2),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
    }


def _line(path: str, name: str) -> str:
    file = Path(path)
    lines = file.read_text().splitlines() if file.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
