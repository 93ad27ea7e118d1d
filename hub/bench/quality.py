"""`hub bench quality`: false flags over relit days, defects noticed by strength, time a picture; against camera-health.

The light of the days is synthetic (`hub.bench.relight`) on real movement, and the defects are injected: real nights,
rain and fog are not shown by it.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from contracts.cameras import Defect
from detectors.quality.diagnosis import START, State, step
from hub import assets
from hub.bench import progress
from hub.bench.peer_environment import python_of
from hub.bench.relight import Day, Image, Night, Weather
from hub.bench.spoiling import Case, cases, coded

PEER = "camera-health"
PACKAGES = ("camera-health==0.1.0", "numpy<3", "pillow<13")
KINDS = {
    Defect.BLACK: {"darkness", "obstruction"}, Defect.FROZEN: {"frozen"}, Defect.TOO_DARK: {"darkness"},
    Defect.TOO_BRIGHT: {"overexposure"}, Defect.BLURRED: {"defocus"}, Defect.COLOUR_CAST: {"colour_cast"},
    Defect.OCCLUDED: {"obstruction", "tampering"}, Defect.MOVED: {"tampering", "drift"}, Defect.MOSAIC: set[str](),
}  # fmt: skip
"""the peer's names of ours, in its favour; it knows no mosaic"""

WIDE, SMALL = (960, 540), (640, 360)
EVERY_S = 20
PEER_EVERY = 10
LEARN_LOOKS, LEARN_EVERY_S = 250, 8
LOOKS = 60
EVERY_NTH = 5
NIGHTS: tuple[Night, ...] = ("lamps", "infrared")
ROUNDS, ROUND_PICTURES = 3, 40
MOST_MS = 8.0
HOURS: tuple[tuple[float, Night], ...] = ((11.0, "lamps"), (22.0, "lamps"), (2.0, "infrared"))
MIDNIGHT = datetime(2026, 6, 1, tzinfo=UTC)


async def measure() -> dict[str, Any]:
    """`ours`, `peers`, `ratios`, `guards`, `met`."""
    cv2.setNumThreads(1)
    paths = assets.ensure()
    python = await python_of(PEER, PACKAGES)
    footage = paths.street_1080p.parent / "sources" / "vtest.avi"
    small, wide = _scaled(footage, SMALL), _scaled(footage, WIDE)
    with tempfile.TemporaryDirectory() as folder:
        peer = Peer(python, Path(folder))
        ours_ms, peer_ms = await _times(wide, peer)
        plain = ((MIDNIGHT + timedelta(seconds=number), one) for number, one in enumerate(_footage(footage)))
        clean = [_clean("footage as it is", plain)]
        clean += [_clean(f"a day, {night} at night", _day(small, night, EVERY_S)) for night in NIGHTS]
        peer_flags = await peer.flags([picture for night in NIGHTS for picture in _sparse(small, night)])
        noticed = [await _noticed(wide, hour, night, peer) for hour, night in HOURS]
    return _verdict(clean, [one for part in noticed for one in part], peer_flags, ours_ms, peer_ms)


@dataclass(frozen=True)
class Clean:
    """Looks at pictures with nothing wrong."""

    what: str
    looks: int
    flagged: int


@dataclass(frozen=True)
class Noticed:
    """One injected defect."""

    case: Case
    hour: float
    after_looks: int | None
    others: tuple[str, ...]
    peer: bool


def _footage(path: Path) -> Iterator[Image]:
    video = cv2.VideoCapture(str(path))
    try:
        while (read := video.read())[0]:
            yield np.asarray(read[1], np.uint8)
    finally:
        video.release()


def _scaled(path: Path, size: tuple[int, int]) -> list[Image]:
    """Two pictures a second, 16:9."""
    return [
        np.asarray(cv2.resize(picture[24:456], size), np.uint8)
        for picture in islice(_footage(path), 0, None, EVERY_NTH)
    ]


def _day(pictures: list[Image], night: Night, every_s: int) -> Iterator[tuple[datetime, Image]]:
    day = Day(*SMALL, Weather(cloud=0.3, night=night, seed=1))
    for number in range(86400 // every_s):
        at = MIDNIGHT + timedelta(hours=9, seconds=number * every_s)
        hour = at.hour + at.minute / 60 + at.second / 3600
        yield at, coded(day.relit(pictures[number * 2 % len(pictures)], hour, number))


def _sparse(pictures: list[Image], night: Night) -> list[Image]:
    return [picture for _, picture in _day(pictures, night, EVERY_S * PEER_EVERY)]


def _clean(what: str, looks: Iterable[tuple[datetime, Image]]) -> Clean:
    state, seen, flagged = START, 0, 0
    for at, picture in looks:
        state, verdict = step(state, picture, at)
        seen, flagged = seen + 1, flagged + bool(verdict.defects)
        if seen % 100 == 0:
            progress.say(what, seen)
    return Clean(what, seen, flagged)


async def _noticed(pictures: list[Image], hour: float, night: Night, peer: "Peer") -> list[Noticed]:
    day = Day(*WIDE, Weather(cloud=0.3, night=night, seed=2))
    lit = [day.relit(pictures[number * 2 % len(pictures)], hour, number) for number in range(90)]
    state, at = START, MIDNIGHT + timedelta(hours=hour)
    for number in range(LEARN_LOOKS):
        at += timedelta(seconds=LEARN_EVERY_S)
        state, _ = step(state, coded(lit[number % len(lit)]), at)
    found = []
    every = cases(lit[4])
    for number, case in enumerate(every):
        progress.say(f"defects at {hour:g} h", number, len(every))
        frozen = case.defect is Defect.FROZEN
        shown = [case.spoil(lit[look % len(lit)], look) for look in range(LOOKS)]
        shown = shown if frozen else [coded(one) for one in shown]
        after, others = _watch(state, shown, at, case.defect)
        told = await peer.found([coded(one) for one in lit[:10]] + shown[:12], KINDS[case.defect])
        found.append(Noticed(case, hour, after, others, told))
    return found


def _watch(state: State, shown: list[Image], at: datetime, wanted: Defect) -> tuple[int | None, tuple[str, ...]]:
    """After how many looks, one a second, the defect is told by its name; and what else was told."""
    others: set[str] = set()
    after = None
    for number, picture in enumerate(shown, start=1):
        state, verdict = step(state, picture, at + timedelta(seconds=number))
        others |= {name.value for name in verdict.names if name is not wanted}
        if after is None and wanted in verdict.names:
            after = number
    return after, tuple(sorted(others))


async def _times(pictures: list[Image], peer: "Peer") -> tuple[list[float], list[float]]:
    """Milliseconds of processor a picture 960 wide, in turns."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        part = list(islice(pictures, 0, ROUND_PICTURES * 2, 2))
        state = START
        began_s = time.process_time()
        for number, picture in enumerate(part):
            state, _ = step(state, picture, MIDNIGHT + timedelta(seconds=number))
        ours.append(1000 * (time.process_time() - began_s) / len(part))
        theirs.append(1000 * (await peer.look(part))["cpu_s"] / len(part))
    return ours, theirs


class Peer:
    """camera-health in its own process."""

    def __init__(self, python: Path, folder: Path) -> None:
        self._python, self._folder = python, folder

    async def look(self, pictures: list[Image]) -> dict[str, Any]:
        """What it found in each, and the processor time it took."""
        file = self._folder / "pictures.npy"
        np.save(file, np.stack([picture[..., ::-1] for picture in pictures]))
        child = await asyncio.create_subprocess_exec(
            self._python, Path(__file__).with_name("quality_peer.py"), file, stdout=asyncio.subprocess.PIPE
        )
        said, _ = await child.communicate()
        return dict(json.loads(said))

    async def flags(self, pictures: list[Image]) -> tuple[int, int]:
        """How many of them it calls critical, of how many."""
        found = (await self.look(pictures))["found"]
        return sum(bool(kinds) for kinds in found), len(found)

    async def found(self, pictures: list[Image], kinds: set[str]) -> bool:
        """Whether it names the defect on the last of them and did not on the tenth, which is clean."""
        found = (await self.look(pictures))["found"]
        return bool(kinds & set(found[-1])) and not kinds & set(found[9])


def _verdict(
    clean: list[Clean], noticed: list[Noticed], peer_flags: tuple[int, int], ours_ms: list[float], peer_ms: list[float]
) -> dict[str, Any]:
    must = [one for one in noticed if one.case.must]
    hits = sum(one.after_looks is not None for one in must)
    false_flags = sum(one.flagged for one in clean)
    ours, theirs = sorted(ours_ms)[len(ours_ms) // 2], sorted(peer_ms)[len(peer_ms) // 2]
    return {
        "ours": {
            "cpu_ms_a_picture_960_wide": round(ours, 2),
            "clean_looks": {one.what: one.looks for one in clean},
            "false_flags": {one.what: one.flagged for one in clean},
            "noticed_of_must": f"{hits} of {len(must)}",
            "noticed": {
                f"{one.case.defect.value} {one.case.strength} at {one.hour:g} h": _told(one) for one in noticed
            },
        },
        "peers": {
            PEER: {
                "cpu_ms_a_picture_960_wide": round(theirs, 2),
                "false_flags": f"{peer_flags[0]} of {peer_flags[1]}",
                "noticed_of_must": f"{sum(one.peer for one in must)} of {len(must)}",
            }
        },
        "ratios": {"processor time a picture": round(theirs / ours, 2)},
        "guards": {
            "no false flag on clean pictures": false_flags == 0,
            "half the light is no defocus": all(
                "blurred" not in one.others for one in noticed if one.case.strength == "× 0.5"
            ),
        },
        "met": {
            f"≤ {MOST_MS:g} ms a picture": ours <= MOST_MS,
            "no false flag": false_flags == 0,
            "every defect from its strength on": hits == len(must),
        },
    }


def _told(one: Noticed) -> str:
    mark = " (must)" if one.case.must else ""
    others = f", also {', '.join(one.others)}" if one.others else ""
    return (f"after {one.after_looks} s" if one.after_looks else "no") + mark + others
