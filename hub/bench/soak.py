"""`hub bench soak`: 64 cameras for half an hour, a fault on one of them every ten seconds.

Every fault of `hub camera-sim` that takes the picture away is switched on one camera after the other, for 5 to 45 s,
and switched off again; the time from there to the next picture is the recovery. Outages longer than the rule
`camera_offline` waits must be told, and their ends too. Memory is compared between the first and the last quarter.
"""

import asyncio
import itertools
import json
import math
import os
import random
import signal
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from hub import assets, clock
from hub.bench import progress
from hub.bench.simulated import simulated
from hub.camera_sim.faults import Fault
from hub.embedded import children

CAMERAS, MINUTES, EVERY_S = 64, 30.0, 10.0
WARM_S, TAIL_S = 30.0, 60.0
FAULTS = (
    Fault.DROP, Fault.FREEZE, Fault.REFUSE, Fault.WRONG_PASSWORD, Fault.MISSING, Fault.SILENT, Fault.SLOW,
    Fault.HALF_OPEN, Fault.LYING, Fault.AUDIO_ONLY,
)  # fmt: skip
SHORTEST_S, LONGEST_S = 5.0, 45.0
SURELY_TOLD_S = 42.0
"""an outage this long is longer than `camera_offline` waits, whatever the last keyframe's age"""
SHORT = frozenset({Fault.DROP})
"""mended before the silence is long enough to be noticed"""
MOST_S, WANT_S, GROWTH = 30.0, 15.0, 0.05
SEED = 4

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outage:
    """One fault as it was switched."""

    camera: str
    fault: Fault
    began_s: float
    ended_s: float


async def measure(*, cameras: int = CAMERAS, minutes: float = MINUTES) -> dict[str, Any]:
    """`ours`, `peers`, `ratios`, `guards`, `met`. There is no peer."""
    made = assets.ensure()
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        folder = Path(name)
        async with simulated(made.street_360p, cameras, folder) as there:
            log = folder / "eyes.log"
            child = children.spawn([sys.executable, "-m", "hub.bench.soak_eyes", *there.urls], log=log,
                                   death_signal=signal.SIGTERM, environment=os.environ)  # fmt: skip
            try:
                progress.say("every camera is opened")
                await asyncio.sleep(WARM_S)
                outages = await _break_and_mend(there.control_port, cameras, minutes * 60)
                progress.say("the last ones come back")
                await asyncio.sleep(TAIL_S)
                alive = child.poll() is None
            finally:
                await children.stop(child, first=signal.SIGTERM, within_s=5.0)
        return verdict(outages, said_in(log), cameras, alive=alive)


def said_in(log: Path) -> list[Line]:
    """What the watching process said."""
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith('{"said"')]


async def _break_and_mend(control_port: int, cameras: int, seconds: float) -> list[Outage]:
    """A fault every ten seconds on a camera that has none; returns when the last is mended."""
    rng = random.Random(SEED)
    outages: list[Outage] = []
    free = list(range(cameras))
    rng.shuffle(free)
    until_s = clock.monotonic_s() + seconds
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{control_port}", trust_env=False) as http:

        async def one(number: int, fault: Fault, lasts_s: float) -> None:
            began_s = clock.monotonic_s()
            await http.post(f"/cameras/cam{number + 1}/fault/{fault.value}")
            await asyncio.sleep(0 if fault is Fault.DROP else lasts_s)
            await http.post(f"/cameras/cam{number + 1}/fault/none")
            outages.append(Outage(str(number), fault, began_s, clock.monotonic_s()))
            free.append(number)

        async with asyncio.TaskGroup() as group:
            for fault in itertools.cycle(FAULTS):
                if clock.monotonic_s() >= until_s:
                    break
                group.create_task(one(free.pop(0), fault, rng.uniform(SHORTEST_S, LONGEST_S)), name=fault.value)
                progress.say("faults", round(seconds - until_s + clock.monotonic_s()), round(seconds))
                await asyncio.sleep(EVERY_S)
    return outages


def recovery_s(outage: Outage, lines: Sequence[Line], until_s: float = math.inf) -> float | None:
    """From the end of a fault to the next picture before `until_s`, when the camera's next fault begins: 0 when none
    was missed, None when none came."""
    returns = [line["at"] for line in lines if line["said"] == "back" and line["camera"] == outage.camera]
    after = [at for at in returns if outage.ended_s <= at < until_s]
    during = [at for at in returns if outage.began_s <= at < outage.ended_s]
    if after:
        return float(after[0] - outage.ended_s)
    return 0.0 if during or outage.fault in SHORT else None


def next_began_s(outage: Outage, outages: Sequence[Outage]) -> float:
    """When the camera's next fault began; a picture that is missed from then on is of that one."""
    later = (one.began_s for one in outages if one.camera == outage.camera and one.began_s > outage.began_s)
    return min(later, default=math.inf)


def verdict(outages: Sequence[Outage], lines: Sequence[Line], cameras: int, *, alive: bool) -> dict[str, Any]:
    """What was measured, judged."""
    recoveries = {outage: recovery_s(outage, lines, next_began_s(outage, outages)) for outage in outages}
    known = sorted(one for one in recoveries.values() if one is not None)
    held = [line for line in lines if line["said"] == "held"]
    quarter = max(1, len(held) // 4)
    before = statistics.median(line["mib"] for line in held[:quarter])
    after = statistics.median(line["mib"] for line in held[-quarter:])
    long = [one for one in outages if one.ended_s - one.began_s >= SURELY_TOLD_S]
    worst = {
        fault.value: round(max((took or 0.0 for one, took in recoveries.items() if one.fault is fault), default=0.0), 1)
        for fault in FAULTS
    }
    guards = {
        "the process lives": alive,
        "every camera was seen": len({line["camera"] for line in lines if line["said"] == "back"}) == cameras,
        "every camera is back": len(known) == len(outages),
        "no thread left": held[-1]["threads"] <= held[0]["threads"] + 4,
        "no socket left": held[-1]["files"] <= held[0]["files"] + 4,
        "every long outage was told, and its end": all(_was_told(one, lines) for one in long),
    }
    ok = all(guards.values())
    return {
        "ours": {
            "cameras": cameras, "faults": len(outages), "long outages": len(long),
            "recovery_median_s": round(statistics.median(known), 1),
            "recovery_p95_s": round(known[int(0.95 * (len(known) - 1))], 1),
            "recovery_worst_s": round(known[-1], 1), "worst_by_fault_s": worst,
            "memory_mib": [before, after], "threads": held[-1]["threads"], "files": held[-1]["files"],
        },
        "peers": {}, "ratios": {"memory, last quarter to first": round(after / before, 3)},
        "guards": guards,
        "met": {
            f"back ≤ {MOST_S:g} s after the fault": ok and known[-1] <= MOST_S,
            f"back ≤ {WANT_S:g} s after the fault (wanted)": ok and known[-1] <= WANT_S,
            f"memory flat within {GROWTH:.0%}": ok and after <= before * (1 + GROWTH),
        },
    }  # fmt: skip


def _was_told(outage: Outage, lines: Sequence[Line]) -> bool:
    told = [line for line in lines if line["said"] == "told" and line["camera"] == outage.camera]
    began = any(not line["ended"] and outage.began_s <= line["at"] <= outage.ended_s + MOST_S for line in told)
    return began and any(line["ended"] and line["at"] >= outage.ended_s for line in told)
