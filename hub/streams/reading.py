"""From the text of streams.yaml to cameras; every problem is found before any is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from contracts.cameras import Camera, Expected, GroundPoint, Legal, Line, Rule, Zone
from contracts.contract import Contract
from contracts.geo import GeoPoint, Position
from hub.streams.agreement import findings
from hub.streams.drawing import ground_problem
from hub.streams.format import CameraEntry, DefaultsEntry, Entry, LegalEntry, PlaceEntry, StreamsEntry
from hub.streams.located import Located, dotted, parse
from hub.streams.problems import Problem, StreamsError
from hub.streams.wording import problem_of
from ingest.datum import to_wgs84

Noun = TypeVar("Noun", bound=Contract)


@dataclass(frozen=True, slots=True)
class Streams:
    """What a file says."""

    source: str
    cameras: tuple[Camera, ...]
    districts: dict[str, str]
    """key → name"""
    lines: dict[str, int]
    """camera id → line of the file"""


def load(path: Path) -> Streams:
    """Read streams.yaml.

    Raises:
        StreamsError: it is not there, cannot be read, or has problems; holds all of them.
    """
    return read(text_of(path), str(path))


def text_of(path: Path) -> str:
    """The text of the file.

    Raises:
        StreamsError: it is not there, or no UTF-8.
    """
    hint = "copy the one that comes with the hub, or say which: hub streams check FILE, HUB_VISION__STREAMS=FILE"
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        raise StreamsError(str(path), [Problem(1, "", f"not UTF-8 ({problem.reason})", "save it as UTF-8")]) from None
    except OSError as problem:
        raise StreamsError(str(path), [Problem(1, "", problem.strerror or "cannot be read", hint)]) from None


def read(text: str, source: str = "streams.yaml") -> Streams:
    """Cameras in the order of the text, positions in WGS-84, defaults filled in.

    Raises:
        StreamsError: with every problem found, in the order of the text.
    """
    located = parse(text)
    problems = list(located.problems)
    entry = _shaped(located, problems)
    problems += _disagreements(located, entry)
    if problems or entry is None:
        raise StreamsError(source, sorted(problems, key=lambda one: one.line))
    cameras = tuple(_camera(camera, entry) for camera in entry.cameras)
    problems = [
        Problem(located.line(at), dotted(at), *said)
        for n, camera in enumerate(cameras)
        for at in [("cameras", n, "ground_points")]
        if camera.ground_points and (said := ground_problem(camera))
    ]
    if problems:
        raise StreamsError(source, problems)
    return Streams(
        source=source,
        cameras=cameras,
        districts={key: district.name for key, district in entry.districts.items()},
        lines={camera.id: located.line(("cameras", n)) for n, camera in enumerate(entry.cameras)},
    )


def _shaped(located: Located, problems: list[Problem]) -> StreamsEntry | None:
    if problems and located.data is None:
        return None
    if located.data is not None and not isinstance(located.data, dict):
        problems.append(Problem(1, "", "must be keys and values", "begin with `cameras:`"))
        return None
    try:
        return StreamsEntry.model_validate(located.data or {})
    except ValidationError as invalid:
        problems += [problem_of(error, located, StreamsEntry) for error in _causes(invalid.errors())]
        return None


def _disagreements(located: Located, entry: StreamsEntry | None) -> list[Problem]:
    """What does not fit together; where some cameras are misshapen, among the others, so that all is told at once."""
    numbers: Sequence[int] | None = None
    if entry is None:
        entry, numbers = _sound_part(located.data)
    if entry is None:
        return []
    found = findings(entry, numbers)
    return [Problem(located.line(at), dotted(at), text, hint) for at, text, hint in found]


def _sound_part(data: object) -> tuple[StreamsEntry | None, Sequence[int]]:
    """The file without its misshapen cameras, and which these are; None where more is wrong than they."""
    cameras = data.get("cameras") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(cameras, list):
        return None, ()
    sound = [number for number, camera in enumerate(cameras) if _is_sound(CameraEntry, camera)]
    try:
        return StreamsEntry.model_validate({**data, "cameras": [cameras[number] for number in sound]}), sound
    except ValidationError:
        return None, ()


def _is_sound(shape: type[Entry], data: object) -> bool:
    try:
        shape.model_validate(data)
    except ValidationError:
        return False
    return True


def _causes(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without the lists that are only too short because an item of theirs is wrong."""
    wrong = {error["loc"][:depth] for error in errors for depth in range(len(error["loc"]))}
    return [error for error in errors if error["type"] != "too_short" or error["loc"] not in wrong]


def _camera(entry: CameraEntry, file: StreamsEntry) -> Camera:
    defaults = file.defaults
    shared = _shared(defaults) | _shared(entry)
    return Camera(
        camera_id=entry.id, name=entry.name, url=entry.url, sub_url=entry.sub_url,
        place=_point(entry.place, defaults), view=_point(entry.view, defaults) if entry.view else None,
        bearing_deg=entry.bearing_deg, grid_code=entry.grid_code, landmark_no=entry.landmark_no,
        tiles=entry.tiles, live_url=entry.live_url,
        zones=_same(Zone, entry.zones), lines=_same(Line, entry.lines), masks=_same(Zone, entry.masks),
        expected=_same(Expected, entry.expected), rules=_same(Rule, entry.rules),
        ground_points=tuple(
            GroundPoint(x=point.x, y=point.y, **_point(point, defaults).model_dump()) for point in entry.ground_points
        ),
        legal=_legal(defaults.legal, entry.legal),
        exercise=file.exercise if entry.exercise is None else entry.exercise,
        **shared,
    )  # fmt: skip


SHARED = ("bureau", "district", "decode", "priority", "height_m", "view_angle_deg", "view_range_m")


def _same(noun: type[Noun], entries: Iterable[Entry]) -> tuple[Noun, ...]:
    """Entries that the file and the contract spell alike."""
    return tuple(noun.model_validate(entry.model_dump()) for entry in entries)


def _shared(entry: DefaultsEntry | CameraEntry) -> dict[str, object]:
    return {key: getattr(entry, key) for key in SHARED if getattr(entry, key) is not None}


def _point(entry: PlaceEntry, defaults: DefaultsEntry) -> GeoPoint:
    return to_wgs84(
        Position.model_validate({"lat": entry.lat, "lon": entry.lon, "datum": entry.datum or defaults.datum})
    )


def _legal(*layers: LegalEntry | None) -> Legal:
    """The later layer wins, key by key."""
    merged: dict[str, object] = {}
    for layer in layers:
        merged |= {} if layer is None else layer.model_dump(exclude_none=True)
    names = {"basis": "legal_basis", "sign": "sign_installed"}
    return Legal.model_validate({names.get(key, key): value for key, value in merged.items()})
