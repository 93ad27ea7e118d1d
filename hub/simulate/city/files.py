"""A city day on disk: day.jsonl as `hub replay` reads it, truth.jsonl beside it, the cameras as a streams.yaml."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from contracts.actions import Action
from contracts.cameras import Camera
from contracts.errors import ConfigurationError
from contracts.signals import Signal, identity_of
from contracts.topics import ACTIONS, SIGNALS
from contracts.wire import encode
from hub.simulate.city.drafts import Truth

DAY, TRUTH, CAMERAS, SETTINGS = "day.jsonl", "truth.jsonl", "streams.yaml", "settings.yaml"


def signal_line(signal: Signal, arrived_at: datetime) -> bytes:
    """One record of the topic `signals` with the log's time beside it."""
    raw = encode(
        signal,
        event_id=identity_of(signal),
        source=f"/{signal.source}",
        event_type=SIGNALS.event_type,
        time=signal.observed_at,
    )
    return _arriving(raw, arrived_at)


def action_line(action: Action, arrived_at: datetime) -> bytes:
    """One record of the topic `actions` with the log's time beside it."""
    raw = encode(action, event_id=action.action_id, source="/console", event_type=ACTIONS.event_type, time=action.at)
    return _arriving(raw, arrived_at)


def truth_line(signal_id: str, truth: Truth) -> bytes:
    """What one signal is really about."""
    document = {
        "signal_id": signal_id,
        "cluster": truth.cluster,
        "incident": truth.incident,
        "kind": truth.kind.value,
        "began_at": _moment(truth.began_at),
        "lat": truth.lat,
        "lon": truth.lon,
        "notes": list(truth.notes),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def streams_yaml(cameras: Iterable[Camera], districts: Iterable[str]) -> str:
    """The cameras as an integrator would write them; nobody serves their streams."""
    document: dict[str, Any] = {
        "version": 1,
        "exercise": True,
        "districts": {name: {"name": name} for name in districts},
        "defaults": {"datum": "WGS-84", "legal": {"basis": "7-1", "sign": True, "retention_days": 30}},
        "cameras": [_entry(camera) for camera in cameras],
    }
    return yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=120)


def _entry(camera: Camera) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": camera.camera_id,
        "name": camera.name,
        "bureau": camera.bureau.value,
        "url": camera.url,
        "place": {"lat": camera.place.lat, "lon": camera.place.lon},
        "bearing_deg": camera.bearing_deg,
        "view_angle_deg": camera.view_angle_deg,
        "view_range_m": camera.view_range_m,
        "height_m": camera.height_m,
        "district": camera.district,
        "rules": [{"rule": rule.rule} for rule in camera.rules],
        "legal": {"purpose": camera.legal.purpose, "filing_no": camera.legal.filing_no},
    }
    if camera.ground_points:
        entry["ground_points"] = [point.model_dump() for point in camera.ground_points]
    return entry


class Folder:
    """Where a day is written. What lay there under the same names is replaced."""

    def __init__(self, path: Path) -> None:
        """Raises ConfigurationError when the folder cannot be made."""
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as denied:
            raise ConfigurationError(denied.strerror or "cannot be made", where=str(path)) from None

    def write(self, name: str, lines: Iterable[bytes]) -> int:
        """One file, a line each; how many there were.

        Raises:
            ConfigurationError: it cannot be written.
        """
        count = 0
        try:
            with (self.path / name).open("wb") as file:
                for line in lines:
                    file.write(line + b"\n")
                    count += 1
        except OSError as denied:
            raise ConfigurationError(denied.strerror or "cannot be written", where=str(self.path / name)) from None
        return count

    def write_truth(self, truth: Mapping[str, Truth]) -> None:
        """truth.jsonl."""
        self.write(TRUTH, (truth_line(signal_id, one) for signal_id, one in truth.items()))


def _arriving(raw: bytes, arrived_at: datetime) -> bytes:
    return raw[:-1] + f',"arrived_at":"{_moment(arrived_at)}"}}'.encode()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
