"""What the shape alone cannot say: addresses, law, and names that must agree with each other."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from detectors.rules.defaults import DEFAULTS as THRESHOLDS
from detectors.rules.defaults import NEEDS_AREA, NEEDS_LABELS, NEEDS_LINE, NEEDS_TRACKS, NEEDS_ZONE
from hub.streams.drawing import line_problem, zone_problem
from hub.streams.format import CameraEntry, RuleEntry, StreamsEntry
from hub.streams.located import Path
from ingest import gb28181
from ingest.rtsp import plain_secret

PRIVATE_PLACES = (
    "客房", "宿舍", "浴室", "卫生间", "洗手间", "厕所", "更衣室", "哺乳室", "试衣间",
    "guest_room", "dormitory", "bathroom", "toilet", "changing_room", "nursing_room", "fitting_room",
)  # fmt: skip
"""条例 art. 8: no camera may be installed there."""

RTSP = ("rtsp", "rtsps")
LIVE = ("http", "https", "ws", "wss")

Finding = tuple[Path, str, str]
"""path, message, hint"""


def findings(file: StreamsEntry, numbers: Sequence[int] | None = None) -> Iterator[Finding]:
    """Everything wrong between the keys of a file whose shape is right."""
    seen: dict[str, int] = {}
    for index, camera in zip(numbers or range(len(file.cameras)), file.cameras, strict=True):
        at: Path = ("cameras", index)
        if camera.id in seen:
            yield (*at, "id"), f"the same id as cameras[{seen[camera.id]}]", "every camera needs an id of its own"
        seen.setdefault(camera.id, index)
        yield from _identity(at, camera)
        yield from _addresses(at, camera)
        yield from _law(at, camera, file)
        yield from _names(at, camera, file)
        yield from _drawings(at, camera)
        yield from _rules(at, camera, file)
        yield from _twice(at, camera)
        yield from _places(at, camera, file)


def _identity(at: Path, camera: CameraEntry) -> Iterator[Finding]:
    if camera.id.isdigit():
        problem = gb28181.problem_of(camera.id)
        if problem:
            yield (*at, "id"), problem, "20 digits, types 131 or 132 for a camera; or any id that is not all digits"


def _addresses(at: Path, camera: CameraEntry) -> Iterator[Finding]:
    for key in ("url", "sub_url"):
        url: str | None = getattr(camera, key)
        if url is not None:
            yield from (((*at, key), *said) for said in _address(url, RTSP, "rtsp://user:${CAMERA_PASSWORD}@host/path"))
    if camera.live_url is not None:
        where = (*at, "live_url")
        yield from ((where, *said) for said in _address(camera.live_url, LIVE, "https://media-server/path"))


def _address(url: str, schemes: tuple[str, ...], example: str) -> Iterator[tuple[str, str]]:
    secret = plain_secret(url)
    if secret:
        hint = "write ${NAME} instead and set the variable NAME: rtsp://user:${CAMERA_PASSWORD}@host:554/path"
        yield f"a password is spelled out ({secret})", hint
    elif not url.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        yield f"must be an {' or '.join(f'{scheme}://' for scheme in schemes)} address", example
    elif any(not mark.isascii() or mark <= " " for mark in url):
        yield "holds a space or a character that is not ASCII", "write a space as %20; mind full-width ： ／ ＠"
    elif not _has_host(url):
        yield "has no host, or its port is no number", f"{example}; a password with / or # belongs into a variable"


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _law(at: Path, camera: CameraEntry, file: StreamsEntry) -> Iterator[Finding]:
    kind = (camera.place_type or "").lower().replace(" ", "_").replace("-", "_")
    if any(private in kind for private in PRIVATE_PLACES):
        yield (*at, "place_type"), "a private place", "条例 art. 8 forbids cameras there; remove this camera"
    for key, hint in (
        ("purpose", "条例 arts. 7, 9: say what public safety purpose it serves"),
        ("sign", "条例 art. 13: true when a visible sign stands there"),
        ("filing_no", "条例 art. 14: the filing number; filed within 30 days of use"),
    ):
        own, inherited = camera.legal, file.defaults.legal
        if (own is None or getattr(own, key) is None) and (inherited is None or getattr(inherited, key) is None):
            yield (*at, "legal", key), "missing", hint


def _names(at: Path, camera: CameraEntry, file: StreamsEntry) -> Iterator[Finding]:
    if camera.bureau is None and file.defaults.bureau is None:
        yield (*at, "bureau"), "missing", "urban_management (城管), traffic (交通) or housing_construction (住建)"
    district = camera.district or file.defaults.district
    if district not in file.districts:
        known = ", ".join(file.districts) or "none: add `districts:`"
        yield (*at, "district"), "missing" if district is None else f"no district {district!r}", f"known: {known}"
    for key in ("zones", "lines", "masks"):
        names = [drawn.name for drawn in getattr(camera, key)]
        for index, name in enumerate(names):
            if name in names[:index]:
                what = f"a second {key.removesuffix('s')} {name!r}"
                yield (*at, key, index, "name"), what, f"give each of the {key} of a camera its own name"


def _drawings(at: Path, camera: CameraEntry) -> Iterator[Finding]:
    for key, zones in (("zones", camera.zones), ("masks", camera.masks)):
        for index, zone in enumerate(zones):
            if said := zone_problem(zone.points):
                yield (*at, key, index, "points"), *said
    for index, line in enumerate(camera.lines):
        if said := line_problem(line.start, line.end):
            yield (*at, "lines", index, "end"), *said


def _rules(at: Path, camera: CameraEntry, file: StreamsEntry) -> Iterator[Finding]:
    zones, lines = [zone.name for zone in camera.zones], [line.name for line in camera.lines]
    decode = camera.decode or file.defaults.decode
    for index, expected in enumerate(camera.expected):
        yield from _known((*at, "expected", index), "zone", expected.zone, zones)
    for index, rule in enumerate(camera.rules):
        here: Path = (*at, "rules", index)
        if rule.rule not in THRESHOLDS:
            yield (*here, "rule"), f"no rule {rule.rule!r}", _near(rule.rule, THRESHOLDS)
            continue
        yield from _known(here, "zone", rule.zone, zones)
        yield from _known(here, "line", rule.line, lines)
        yield from _needed(here, rule)
        if rule.rule in NEEDS_AREA and not camera.ground_points and not rule.thresholds.get("area_m2"):
            yield (*here, "rule"), f"{rule.rule} needs to know the ground", "ground_points, or thresholds: {area_m2: …}"
        if rule.rule in NEEDS_TRACKS and decode == "keyframes":
            yield (*here, "rule"), f"{rule.rule} never fires with decode: keyframes", "decode: auto, sub or full"
        yield from _thresholds(here, rule)


def _twice(at: Path, camera: CameraEntry) -> Iterator[Finding]:
    """Two rules of one name and place could not be told apart in what they tell."""
    named = [(rule.rule, rule.zone, rule.line, rule.direction, frozenset(rule.labels)) for rule in camera.rules]
    for index, name in enumerate(named):
        if name in named[:index]:
            hint = f"the same rule, zone and line as rules[{named.index(name)}]: keep one of them"
            yield (*at, "rules", index, "rule"), f"{name[0]} a second time in the same place", hint


def _known(here: Path, key: str, name: str | None, drawn: list[str]) -> Iterator[Finding]:
    if name is not None and name not in drawn:
        yield (*here, key), f"no {key} {name!r}", f"{key}s of this camera: {', '.join(drawn) or 'none'}"


def _needed(here: Path, rule: RuleEntry) -> Iterator[Finding]:
    if rule.zone is None and rule.rule in NEEDS_ZONE:
        yield (*here, "zone"), f"{rule.rule} needs a zone", "name one of the camera's zones"
    if rule.line is None and rule.rule in NEEDS_LINE:
        yield (*here, "line"), f"{rule.rule} needs a line", "name one of the camera's lines"
    if not rule.labels and rule.rule in NEEDS_LABELS:
        yield (*here, "labels"), f"{rule.rule} needs labels", "class names of the model: hub models check"


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"


def _thresholds(here: Path, rule: RuleEntry) -> Iterator[Finding]:
    known = THRESHOLDS[rule.rule]
    for name, value in rule.thresholds.items():
        if name not in known:
            yield (*here, "thresholds", name), f"{rule.rule} has no such threshold", _near(name, known)
        elif value < 0:
            yield (*here, "thresholds", name), f"must not be below zero, is {value:g}", known[name].meaning


def _places(at: Path, camera: CameraEntry, file: StreamsEntry) -> Iterator[Finding]:
    hint = "WGS-84, CGCS2000, GCJ-02 (高德, 腾讯) or BD-09 (百度): a wrong one moves the camera by streets"
    if file.defaults.datum is None:
        spots: list[tuple[Path, object]] = [(("place",), camera.place.datum)]
        spots += [(("view",), camera.view.datum)] if camera.view else []
        spots += [(("ground_points", n), point.datum) for n, point in enumerate(camera.ground_points)]
        yield from (((*at, *where, "datum"), "missing", hint) for where, datum in spots if datum is None)
    if 0 < len(camera.ground_points) < 4:
        yield (*at, "ground_points"), "fewer than four", "four spots on the ground, no three on one line; or none"
