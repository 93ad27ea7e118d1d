"""Signals of an invented square, placed by metres and seconds, and a district that hears them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.actions import Action, ActionResult, Actor
from contracts.cameras import Bureau
from contracts.geo import GeoPoint, Place, offset
from contracts.incidents import Decision, Incident
from contracts.kinds import EVENT_TYPES
from contracts.signals import Dispute, GridReport, Observation, Petition, PoliceAlert, Signal, identity_of
from contracts.topics import ACTIONS, SIGNALS
from contracts.wire import encode
from fusion.engine import Input, JournalRecord, Outputs, Tick, step
from fusion.model import SOURCE_MODELS, Calibration, FalseAlarms, Model
from fusion.policy import Bands, Params
from fusion.state import State, new_state

DISTRICT = "990199-east"
START = datetime(2026, 11, 24, 0, 30, 12, tzinfo=UTC)
SQUARE = GeoPoint(lat=34.32871, lon=118.00672)

FITTED = Model(
    false_alarms=FalseAlarms(per_day=0.05), calibration={name: Calibration(offset=0.0) for name in SOURCE_MODELS}
)
"""a city whose cameras seldom cry wolf and whose numbers were fitted: so that a scene of three signals is clear"""


def at(seconds: float) -> datetime:
    """So many seconds after the start."""
    return START + timedelta(seconds=seconds)


def place(north_m: float, east_m: float, sigma_m: float) -> Place:
    """A place beside the square."""
    point = offset(SQUARE, north_m=north_m, east_m=east_m)
    return Place(lat=point.lat, lon=point.lon, sigma_m=sigma_m)


def _claim(
    name: str, event_type: str, t: float, north: float, east: float, sigma: float, **more: Any
) -> dict[str, Any]:
    row = EVENT_TYPES[event_type]
    return {
        "signal_id": name,
        "source_ref": name,
        "event_type": event_type,
        "kind": row.kind,
        "severity": row.severity,
        "observed_at": at(t),
        "received_at": at(t + 1),
        "place": place(north, east, sigma),
        "district": DISTRICT,
        "exercise": True,
    } | more


def seen(
    name: str = "cam-1", t: float = 0, *, north: float = 0, east: float = 0, sigma: float = 9,
    event_type: str = "crowd_gathering", camera: str = "", **more: Any,
) -> Observation:  # fmt: skip
    """An observation of a camera."""
    claim = _claim(name, event_type, t, north, east, sigma, **more)
    own = {"bureau": Bureau.URBAN_MANAGEMENT, "camera_id": camera or f"camera of {name}", "confidence": 0.8}
    return Observation.model_validate({"rule": f"{event_type}@square"} | own | claim)


def call(
    name: str = "call-1", t: float = 53, *, north: float = 20, east: float = 32, sigma: float = 67,
    event_type: str = "call_public_order", **more: Any,
) -> PoliceAlert:  # fmt: skip
    """A 110 call."""
    return PoliceAlert.model_validate({"call_no": name} | _claim(name, event_type, t, north, east, sigma, **more))


def grid(
    name: str = "grid-1", t: float = 388, *, north: float = 15, east: float = -10, sigma: float = 15,
    event_type: str = "grid_emergency", **more: Any,
) -> GridReport:  # fmt: skip
    """A grid report."""
    return GridReport.model_validate({"report_no": name} | _claim(name, event_type, t, north, east, sigma, **more))


def dispute(name: str = "dispute-1", t: float = -86400, *, north: float = 60, east: float = 0, **more: Any) -> Dispute:
    """A dispute on the mediators' list."""
    claim = _claim(name, "dispute_case", t, north, east, 60, **more)
    return Dispute.model_validate({"item_no": name, "class_name": "邻里纠纷", "accepted_at": at(t)} | claim)


def petition(name: str = "petition-1", t: float = -86400, *, north: float = 60, east: float = 0) -> Petition:
    """A petition."""
    claim = _claim(name, "petition_request", t, north, east, 60)
    return Petition.model_validate({"item_no": name, "accepted_at": at(t)} | claim)


def signal_bytes(signal: Signal) -> bytes:
    """As it lies on Kafka."""
    return encode(
        signal, event_id=identity_of(signal), source=f"/{signal.source}", event_type=SIGNALS.event_type,
        time=signal.observed_at,
    )  # fmt: skip


def action_bytes(action: Action) -> bytes:
    """As it lies on Kafka."""
    return encode(action, event_id=action.action_id, source="/console", event_type=ACTIONS.event_type, time=action.at)


def banded(**bands: float) -> Params:
    """The scenes' city with other bands."""
    return Params(model=FITTED, bands=Bands.model_validate(bands))


class Town:
    """A district's engine that keeps what it said."""

    def __init__(self, params: Params | None = None) -> None:
        self.state: State = new_state(DISTRICT, params or Params(model=FITTED))
        self.now = START
        self.incidents: dict[str, Incident] = {}
        self.decisions: list[Decision] = []
        self._actions = 0

    def take(self, body: Input, when: datetime) -> Outputs:
        """One record."""
        self.now = max(self.now, when)
        self.state, outputs = step(self.state, JournalRecord(self.state.book.position + 1, self.now, body))
        self.incidents |= {incident.incident_id: incident for incident in outputs.incidents}
        self.decisions += outputs.decisions
        return outputs

    def hear(self, *signals: Signal) -> Decision:
        """Signals, each at its own arrival; the last one's decision."""
        for signal in signals:
            self.take(signal, signal.received_at)
        return next(d for d in reversed(self.decisions) if d.signal_id == signals[-1].signal_id)

    def wait(self, seconds: float) -> Outputs:
        """Silence, and a tick at its end."""
        return self.take(Tick(), self.now + timedelta(seconds=seconds))

    def act(
        self, action: str, incident: Incident, *, revision: int | None = None, reason: str = "", **arguments: Any
    ) -> ActionResult:
        """An operator's action on an incident as it is now, or as it was at `revision`."""
        incident = self.incidents[incident.incident_id]
        seen_at = incident.revision if revision is None else revision
        return self.do(self.action(action, incident.incident_id, seen_at, reason=reason, **arguments))

    def action(self, name: str, incident_id: str, revision: int, *, reason: str = "", **arguments: Any) -> Action:
        """An operator's action, not yet taken."""
        self._actions += 1
        by = Actor(user="dispatcher", unit="110", role="dispatcher")
        return Action.model_validate({
            "action_id": f"act-{self._actions}", "incident_id": incident_id, "district": DISTRICT,
            "expected_revision": revision, "action": name, "by": by, "at": self.now, "reason": reason,
            "arguments": arguments,
        })  # fmt: skip

    def do(self, action: Action) -> ActionResult:
        """An action as it is."""
        return self.take(action, self.now + timedelta(seconds=1)).results[0]

    def of(self, signal: Signal) -> Incident:
        """The incident in which a signal sits now."""
        name = self.state.book.signals[signal.signal_id].incident
        assert name is not None
        return self.incidents[name]

    def now_of(self, incident: Incident) -> Incident:
        """The newest revision."""
        return self.incidents[incident.incident_id]
