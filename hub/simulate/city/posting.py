"""A simulated signal as its source would send it to a running hub: a letter to the intake, or an observation."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from contracts.bus import Record
from contracts.geo import Datum, GeoPoint
from contracts.intake import Feed
from contracts.signals import Dispute, GridReport, Observation, PoliceAlert, Signal
from contracts.topics import SIGNALS, partition_of
from contracts.wire import encode
from hub.simulate.city.day import CityDay
from hub.simulate.city.dice import dice
from hub.simulate.city.hours import BEIJING
from hub.simulate.city.people import TRUST_OF_RADIUS
from hub.simulate.city.telling import AREA
from hub.simulate.letters import Letter
from ingest.datum import from_wgs84

DistrictOf = Callable[[GeoPoint], str]


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to send, so many seconds after the drill began."""

    due_s: float
    what: Letter | Record


@dataclass(frozen=True, slots=True)
class Timetable:
    """The day's time on the drill's clock: `speed` times as fast, from `from_at` of the day on."""

    from_at: datetime
    started: datetime
    speed: float
    run: str = field(default="")
    """tells the numbers of one drill from those of another"""

    def due_s(self, at: datetime) -> float:
        """Seconds after the drill's start."""
        return (at - self.from_at).total_seconds() / self.speed

    def moment(self, at: datetime) -> datetime:
        """When that is by the drill's clock."""
        return self.started + timedelta(seconds=self.due_s(at))


def timetable(day: CityDay, *, started: datetime, speed: float, from_hour: float) -> Timetable:
    """From so many hours after the day's first arrival on."""
    from_at = (day.arrivals[0] if day.arrivals else started) + timedelta(hours=from_hour)
    return Timetable(from_at, started, speed, f"{started.astimezone(BEIJING):%m%d%H%M%S}")


def posts(
    day: CityDay, table: Timetable, seed: int, district_of: DistrictOf, partitions: dict[str, int]
) -> Iterator[Due]:
    """Everything that is still to come, in order; observations as records of the topic `signals`."""
    for signal, arrived_at in zip(day.signals, day.arrivals, strict=True):
        if arrived_at < table.from_at:
            continue
        due_s = table.due_s(arrived_at)
        match signal:
            case Observation():
                yield Due(due_s, _record(_moved(signal, table, district_of), partitions))
            case PoliceAlert() | GridReport() | Dispute():
                yield Due(due_s, letter_of(signal, table, due_s, seed))
            case _:
                raise AssertionError("the city sends no petitions")


def letter_of(signal: PoliceAlert | GridReport | Dispute, table: Timetable, due_s: float, seed: int) -> Letter:
    """What the source's system sends, in its own datum, marked 演练."""
    match signal:
        case PoliceAlert():
            number, record = _call(signal, table, seed)
            return Letter(due_s, Feed.POLICE_110, number, _envelope("police/110", "police.alert", number, record))
        case GridReport():
            number, record = _report(signal, table)
            return Letter(due_s, Feed.GRID, number, _envelope("grid", "grid.report", number, record))
        case _:
            number, record = _dispute(signal, table)
            return Letter(due_s, Feed.DISPUTE, number, _envelope("dispute", "dispute.item", number, record))


def _call(signal: PoliceAlert, table: Timetable, seed: int) -> tuple[str, dict[str, Any]]:
    number = f"{AREA}{table.run}{signal.call_no[-8:]}"
    happened_at = _local(table.moment(signal.observed_at)) if signal.time_stated else None
    # The call itself ended some seconds before it crossed the edge; when it began is what the desk notes.
    reported_at = signal.received_at if signal.time_stated else signal.observed_at
    phone = dice(seed, "phone", signal.signal_id).randrange(10_000)
    return number, {
        "call_no": number,
        "reported_at": _local(table.moment(reported_at)),
        "happened_at": happened_at,
        "category": signal.initial_category,
        "category_name": signal.category_name,
        "level": int(signal.severity),
        "content": signal.content,
        "address": signal.address,
        "landmark_no": signal.landmark_no,
        "position": _position(signal, Datum.GCJ02, signal.place.sigma_m * TRUST_OF_RADIUS),
        "caller": {"name": "匿名", "phone": f"1390000{phone:04d}"},
        "unit_code": signal.unit_code,
        "main_call_no": None,
        "relation": None,
        "exercise": True,
    }


def _report(signal: GridReport, table: Timetable) -> tuple[str, dict[str, Any]]:
    number = f"WG-{table.run}-{signal.report_no[-8:]}"
    return number, {
        "report_no": number,
        "reported_at": _local(table.moment(signal.observed_at)),
        "origin": signal.origin,
        "class_code": signal.class_code,
        "class_name": signal.class_name,
        "description": signal.description,
        "landmark_no": signal.landmark_no,
        "position": _position(signal, Datum.WGS84, signal.place.sigma_m),
        "photos": [],
        "exercise": True,
    }


def _dispute(signal: Dispute, table: Timetable) -> tuple[str, dict[str, Any]]:
    number = f"JF-{table.run}-{signal.item_no[-8:]}"
    accepted_at = table.moment(signal.observed_at)
    return number, {
        "item_no": number,
        "class_code": signal.class_code,
        "class_name": signal.class_name,
        "accepted_at": _local(accepted_at),
        "due_at": _local(accepted_at + timedelta(days=30)),
        "state": signal.state,
        "position": _position(signal, Datum.CGCS2000, signal.place.sigma_m),
        "lead_unit": signal.lead_unit,
        "exercise": True,
    }


def _moved(signal: Observation, table: Timetable, district_of: DistrictOf) -> Observation:
    """The observation at the drill's time, in the district that the hub's own map gives its place."""
    ref = f"{signal.source_ref}:{table.run}"
    return signal.model_copy(
        update={
            "signal_id": f"cam:{ref}",
            "source_ref": ref,
            "observed_at": table.moment(signal.observed_at),
            "ended_at": table.moment(signal.ended_at) if signal.ended_at else None,
            "received_at": table.moment(signal.received_at),
            "district": district_of(GeoPoint(lat=signal.place.lat, lon=signal.place.lon)),
            "exercise": True,
        }
    )


def _record(signal: Observation, partitions: dict[str, int]) -> Record:
    """As `hub.telling` puts it into the outbox, which drags the detectors in."""
    value = encode(
        signal,
        event_id=f"{signal.signal_id}:{signal.update}",
        source=f"/cameras/{signal.camera_id}",
        event_type=SIGNALS.event_type,
        time=signal.observed_at,
        subject=signal.camera_id,
    )
    return Record(SIGNALS, signal.district, value, partition_of(signal.district, partitions))


def _position(signal: Signal, datum: Datum, accuracy_m: float) -> dict[str, Any]:
    sent = from_wgs84(GeoPoint(lat=signal.place.lat, lon=signal.place.lon), datum)
    return {
        "lat": round(sent.lat, 6),
        "lon": round(sent.lon, 6),
        "datum": datum.value,
        "accuracy_m": round(accuracy_m, 1),
    }


def _envelope(path: str, kind: str, number: str, record: dict[str, Any]) -> bytes:
    document = {
        "specversion": "1.0",
        "id": number,
        "source": f"/{path}/{AREA}",
        "type": f"cn.hub.{kind}.v1",
        "time": record.get("reported_at", record.get("accepted_at")),
        "datacontenttype": "application/json",
        "data": record,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _local(at: datetime) -> str:
    return at.astimezone(BEIJING).isoformat(timespec="seconds")
