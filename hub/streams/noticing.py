"""One physical camera that is in the list twice, reached in two ways: noticed and said, never refused. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from contracts.cameras import Camera
from contracts.geo import distance_m
from ingest import gb28181

SAME_PLACE_M = 3.0
SAME_BEARING_DEG = 10.0
_CODE = re.compile(r"(?<!\d)\d{20}(?!\d)")


@dataclass(frozen=True, slots=True)
class Twice:
    """Two cameras that may be one."""

    one: str
    other: str
    """camera ids, in the order of the list"""
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.one} = {self.other}？{self.zh} · {self.en}"


def twice(cameras: Sequence[Camera]) -> list[Twice]:
    """Every pair with the same GB/T 28181 code, the same address, or the same place and bearing; each told once."""
    found: dict[tuple[str, str], Twice] = {}
    order = {camera.camera_id: number for number, camera in enumerate(cameras)}
    for one, other, zh, en in (*_same_code(cameras), *_same_address(cameras), *_same_view(cameras)):
        first, second = sorted((one, other), key=order.__getitem__)
        found.setdefault((first, second), Twice(first, second, zh, en))
    return sorted(found.values(), key=lambda pair: (order[pair.one], order[pair.other]))


_Pair = tuple[str, str, str, str]


def _same_code(cameras: Iterable[Camera]) -> Iterator[_Pair]:
    """A gateway's address often ends in the camera's own code, whatever id the list gives it."""
    holders: dict[str, set[str]] = defaultdict(set)
    for camera in cameras:
        texts = [camera.camera_id, *(urlsplit(url).path for url in _urls(camera))]
        for code in {code for text in texts for code in _CODE.findall(text)}:
            parsed = gb28181.parse(code)
            if parsed is not None and parsed.is_camera:
                holders[code].add(camera.camera_id)
    yield from _pairs(holders, "国标编码相同", "the same GB/T 28181 code")


def _same_address(cameras: Iterable[Camera]) -> Iterator[_Pair]:
    holders: dict[str, set[str]] = defaultdict(set)
    for camera in cameras:
        for url in _urls(camera):
            holders[address_of(url)].add(camera.camera_id)
    yield from _pairs(holders, "地址相同", "the same address")


def address_of(url: str) -> str:
    """Host, port, path and query of a stream: what remains when user, password and spelling are taken away."""
    parts = urlsplit(url)
    port = parts.port or (322 if parts.scheme == "rtsps" else 554)
    return f"{parts.hostname}:{port}{parts.path.rstrip('/')}" + (f"?{parts.query}" if parts.query else "")


def _pairs(holders: dict[str, set[str]], zh: str, en: str) -> Iterator[_Pair]:
    for what, ids in holders.items():
        first, *others = sorted(ids)
        for other in others:
            yield first, other, f"{zh}：{what}", f"{en}: {what}"


def _same_view(cameras: Sequence[Camera]) -> Iterator[_Pair]:
    """Sorted by latitude, so that only neighbours are compared."""
    by_lat = sorted(cameras, key=lambda camera: camera.place.lat)
    reach_deg = SAME_PLACE_M / 111_000
    for number, one in enumerate(by_lat):
        for other in by_lat[number + 1 :]:
            if other.place.lat - one.place.lat > reach_deg:
                break
            apart_m = distance_m(one.place, other.place)
            turned = abs((one.bearing_deg - other.bearing_deg + 180) % 360 - 180)
            if apart_m <= SAME_PLACE_M and turned <= SAME_BEARING_DEG:
                yield (
                    one.camera_id, other.camera_id, f"位置相距 {apart_m:.0f} 米且朝向相同",
                    f"{apart_m:.0f} m apart and looking the same way",
                )  # fmt: skip


def _urls(camera: Camera) -> Iterator[str]:
    yield camera.url
    if camera.sub_url:
        yield camera.sub_url
