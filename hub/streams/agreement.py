"""What the shape alone cannot say: addresses, law, and names that must agree with each other."""

import difflib
from collections.abc import Iterator
from urllib.parse import urlsplit

from detectors.rules.defaults import DEFAULTS as THRESHOLDS
from detectors.rules.defaults import NEEDS_TRACKS
from hub.streams.format import CameraEntry, RuleEntry, StreamsEntry
from hub.streams.located import Path
from ingest import gb28181
from ingest.rtsp import plain_secret

PRIVATE_PLACES = (
    "客房", "宿舍", "浴室", "卫生间", "洗手间", "厕所", "更衣室", "哺乳室", "试衣间",
    "guest_room", "dormitory", "bathroom", "toilet", "changing_room", "nursing_room", "fitting_room",
)  # fmt: skip
"""条例 art. 8: no camera may be installed there."""

Finding = tuple[Path, str, str]
"""path, message, hint"""

NEEDS_ZONE = {"zone_intrusion"}


def findings(file: StreamsEntry) -> Iterator[Finding]:
    """Everything wrong between the keys of a file whose shape is right."""
    seen: dict[str, int] = {}
    for index, camera in enumerate(file.cameras):
        at: Path = ("cameras", index)
        if camera.id in seen:
            yield (*at, "id"), f"the same id as cameras[{seen[camera.id]}]", "every camera needs an id of its own"
        seen.setdefault(camera.id, index)
        yield from _identity(at, camera)
        yield from _addresses(at, camera)
        yield from _law(at, camera, file)
        yield from _names(at, camera, file)
        yield from _rules(at, camera, file)
        yield from _places(at, camera, file)


def _identity(at: Path, camera: CameraEntry) -> Iterator[Finding]:
    if camera.id.isdigit():
        problem = gb28181.problem_of(camera.id)
        if problem:
            yield (*at, "id"), problem, "20 digits, types 131 or 132 for a camera; or any id that is not all digits"


def _addresses(at: Path, camera: CameraEntry) -> Iterator[Finding]:
    for key in ("url", "sub_url"):
        url: str | None = getattr(camera, key)
        if url is None:
            continue
        parts = urlsplit(url)
        secret = plain_secret(url)
        if parts.scheme not in ("rtsp", "rtsps") or not parts.netloc:
            yield (*at, key), "must be an rtsp:// or rtsps:// address", "rtsp://user:${CAMERA_PASSWORD}@host:554/path"
        elif secret:
            hint = "write ${NAME} instead and set the variable NAME: rtsp://user:${CAMERA_PASSWORD}@host:554/path"
            yield (*at, key), f"a password is spelled out ({secret})", hint


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
    zones = [zone.name for zone in camera.zones]
    for index, name in enumerate(zones):
        if name in zones[:index]:
            yield (*at, "zones", index, "name"), f"a second zone {name!r}", "give every zone of a camera its own name"


def _rules(at: Path, camera: CameraEntry, file: StreamsEntry) -> Iterator[Finding]:
    zones = [zone.name for zone in camera.zones]
    decode = camera.decode or file.defaults.decode
    for index, rule in enumerate(camera.rules):
        here: Path = (*at, "rules", index)
        if rule.zone is not None and rule.zone not in zones:
            yield (*here, "zone"), f"no zone {rule.zone!r}", f"zones of this camera: {', '.join(zones) or 'none'}"
        if rule.zone is None and rule.rule in NEEDS_ZONE:
            yield (*here, "zone"), f"{rule.rule} needs a zone", "name one of the camera's zones"
        if rule.rule in NEEDS_TRACKS and decode == "keyframes":
            yield (*here, "rule"), f"{rule.rule} never fires with decode: keyframes", "decode: auto, sub or full"
        yield from _thresholds(here, rule)


def _thresholds(here: Path, rule: RuleEntry) -> Iterator[Finding]:
    known = THRESHOLDS[rule.rule]
    for name, value in rule.thresholds.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
            yield (*here, "thresholds", name), f"{rule.rule} has no such threshold", hint
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
