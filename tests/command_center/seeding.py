"""Incidents, signals, cameras and users as fusion, the registry and `hub users` write them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.passwords import hash_token
from command_center.store.database import Database
from command_center.store.people import People, User
from contracts.cameras import Bureau, Camera, Legal
from contracts.geo import GeoPoint, Place
from contracts.incidents import Incident, IncidentPlace, IncidentState, Member
from contracts.kinds import Kind, Severity
from contracts.signals import Evidence, GridReport, Observation, PoliceAlert, Signal

T0 = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
HERE = Place(lat=34.3287, lon=118.0067, sigma_m=9.0)


def call(number: int = 1, **more: object) -> PoliceAlert:
    """A 110 call."""
    return PoliceAlert.model_validate({
        "signal_id": f"call-{number}", "source_ref": f"99019900000020261124{number:04}",
        "call_no": f"99019900000020261124{number:04}", "event_type": "call_public_order", "kind": Kind.VIOLENCE,
        "severity": Severity.LEVEL_2, "observed_at": T0, "received_at": T0, "place": HERE, "district": "990199-east",
        "content": "人民广场东侧有二十多人聚集争吵", "address": "人民广场东侧", "exercise": True, **more,
    })  # fmt: skip


def sight(number: int = 1, **more: object) -> Observation:
    """A camera's observation with a snapshot."""
    return Observation.model_validate({
        "signal_id": f"cam-{number}", "source_ref": f"cam:{number}", "event_type": "crowd_gathering",
        "kind": Kind.CROWD, "severity": Severity.LEVEL_3, "observed_at": T0, "received_at": T0, "place": HERE,
        "district": "990199-east", "bureau": Bureau.URBAN_MANAGEMENT, "camera_id": "99019901081320000007",
        "count": 23, "confidence": 0.81, "rule": "crowd_gathering@plaza", "exercise": True,
        "evidence": (Evidence(kind="snapshot", ref=f"ev/2026/11/24/cam-{number}.jpg", sha256="0" * 64, at=T0),), **more,
    })  # fmt: skip


def report(number: int = 1, **more: object) -> GridReport:
    """A grid worker's report."""
    return GridReport.model_validate({
        "signal_id": f"grid-{number}", "source_ref": f"WG-{number}", "report_no": f"WG-{number}",
        "event_type": "grid_emergency", "kind": Kind.ROAD_HAZARD, "severity": Severity.LEVEL_2, "observed_at": T0,
        "received_at": T0, "place": HERE, "district": "990199-east", "description": "广场上有人争执围观", **more,
    })  # fmt: skip


def member(signal: Signal, **more: object) -> Member:
    """A signal's place in an incident."""
    return Member.model_validate({
        "signal_id": signal.signal_id, "source": signal.source, "event_type": signal.event_type,
        "observed_at": signal.observed_at, "sentence_zh": "相距 38 米", **more,
    })  # fmt: skip


def incident(number: int, *signals: Signal, members: Sequence[Member] | None = None, **more: object) -> Incident:
    """What fusion would believe of these signals."""
    members = tuple(member(one) for one in signals) if members is None else tuple(members)
    sources: dict[str, int] = {}
    for one in members:
        sources[one.source] = sources.get(one.source, 0) + 1
    return Incident.model_validate({
        "incident_id": f"incident-{number}", "label": f"INC-{number:06}", "revision": 1, "kind": Kind.CROWD,
        "event_types": tuple(dict.fromkeys(one.event_type for one in signals)) or ("crowd_gathering",),
        "severity": min((one.severity for one in signals), default=Severity.LEVEL_3), "state": IncidentState.OPEN,
        "place": IncidentPlace(lat=HERE.lat, lon=HERE.lon, radius_m=31), "place_text": "人民广场东侧",
        "district": "990199-east", "observed_at": T0 + timedelta(seconds=number),
        "last_signal_at": T0 + timedelta(seconds=number), "decided_at": T0 + timedelta(seconds=number),
        "sources": sources or {"camera": 1}, "signals": members, "exercise": True, "params_version": "test", **more,
    })  # fmt: skip


def camera(number: int, **more: object) -> Camera:
    """A camera 20 m south of the place, looking north."""
    return Camera.model_validate({
        "camera_id": f"990199010813200000{number:02}", "name": f"人民广场 {number}", "bureau": Bureau.URBAN_MANAGEMENT,
        "url": "rtsp://${DEMO}@camera/1", "place": GeoPoint(lat=HERE.lat - 0.00018, lon=HERE.lon),
        "district": "990199-east", "legal": Legal(purpose="公共安全", sign_installed=True, filing_no="演-1"), **more,
    })  # fmt: skip


async def fuse(
    engine: AsyncEngine, *incidents: Incident, signals: Iterable[Signal] = (), at: datetime = T0, cause: str = "signal"
) -> None:
    """Write as fusion's ledger does: signals, incidents, the change log last, in one transaction."""
    async with engine.begin() as connection:
        for one in incidents:
            ids = [each.signal_id for each in one.signals]
            await connection.execute(_INCIDENT, _incident_row(one))
            for signal in signals:
                if signal.signal_id in ids:
                    await connection.execute(_SIGNAL, _signal_row(signal, one.incident_id))
        await connection.execute(
            text("SELECT log_changes(:ids, :cause, :at)"),
            {"ids": [one.incident_id for one in incidents], "cause": cause, "at": at},
        )


async def register(engine: AsyncEngine, *cameras: Camera) -> None:
    """Put cameras into the registry."""
    async with engine.begin() as connection:
        for one in cameras:
            await connection.execute(
                text("INSERT INTO cameras VALUES (:id, CAST(:doc AS jsonb), :at)"),
                {"id": one.camera_id, "doc": one.model_dump_json(), "at": T0},
            )


async def hire(engine: AsyncEngine, *roles: str) -> dict[str, str]:
    """A user per role, named as the role; role → API token."""
    people, tokens = People(Database(engine)), {}
    for role in roles:
        await people.add(User(role, f"席位 {role}", "县公安局指挥中心", role), T0)
        tokens[role] = f"token-of-{role}"
        await people.add_token(hash_token(tokens[role]), role, T0)
    return tokens


_INCIDENT = text(
    "INSERT INTO incidents VALUES (:incident_id, :label, :district, :revision, :kind, :severity, :state, :merged_into, "
    ":exercise, :observed_at, :last_signal_at, :decided_at, :lat, :lon, CAST(:doc AS jsonb)) ON CONFLICT (incident_id) "
    "DO UPDATE SET revision = excluded.revision, kind = excluded.kind, severity = excluded.severity, "
    "state = excluded.state, merged_into = excluded.merged_into, doc = excluded.doc"
)
_SIGNAL = text(
    "INSERT INTO signals VALUES (:signal_id, :district, :source, :source_ref, :update_no, :event_type, :incident_id, "
    ":observed_at, :received_at, :exercise, CAST(:doc AS jsonb)) ON CONFLICT DO NOTHING"
)


def _incident_row(one: Incident) -> dict[str, object]:
    return {
        "incident_id": one.incident_id, "label": one.label, "district": one.district, "revision": one.revision,
        "kind": one.kind.value, "severity": int(one.severity), "state": one.state.value,
        "merged_into": one.merged_into, "exercise": one.exercise, "observed_at": one.observed_at,
        "last_signal_at": one.last_signal_at, "decided_at": one.decided_at, "lat": one.place.lat,
        "lon": one.place.lon, "doc": one.model_dump_json(),
    }  # fmt: skip


def _signal_row(one: Signal, incident_id: str) -> dict[str, object]:
    return {
        "signal_id": one.signal_id, "district": one.district, "source": one.source, "source_ref": one.source_ref,
        "update_no": one.update, "event_type": one.event_type, "incident_id": incident_id,
        "observed_at": one.observed_at, "received_at": one.received_at, "exercise": one.exercise,
        "doc": one.model_dump_json(),
    }  # fmt: skip
