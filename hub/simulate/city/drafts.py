"""A signal while it is made: metres and seconds of the city, still open to everything that can go wrong with it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from contracts.cameras import Camera
from contracts.geo import PositionQuality
from contracts.kinds import Kind
from contracts.signals import SourceName

Covariance = tuple[float, float, float]
"""east², east·north, north², metres²"""


@dataclass(frozen=True, slots=True)
class Truth:
    """What one signal is really about."""

    cluster: str
    """what a perfect partition groups by: the incident, the burst of false alarms, the nuisance call alone"""
    incident: str | None
    """None: nothing happened (a false alarm, a nuisance call)"""
    kind: Kind
    """what really happened; of a false alarm or nuisance what it claims"""
    began_at: datetime
    lat: float
    lon: float
    """WGS-84, of the incident where it began"""
    notes: tuple[str, ...] = ()
    """what went wrong with the signal: gross, road, place, GCJ-02, landmark, misread, skew, zone, late, retyped, …"""


@dataclass(slots=True)
class Draft:
    """One signal to be."""

    key: str
    """names it within the city whatever the scenario, and breaks ties of time"""
    source: SourceName
    cluster: str
    incident: str | None
    true_kind: Kind
    began_s: float
    true_x: float
    true_y: float
    observed_s: float
    received_s: float
    arrived_s: float
    """when fusion gets it: later than `received_s` when something held it up between"""
    spot: tuple[float, float]
    """what it is about, before the source measured it"""
    x: float
    y: float
    sigma_m: float
    kind: Kind
    """what the source calls it"""
    covariance: Covariance | None = None
    polygon: tuple[tuple[float, float], ...] | None = None
    """(lat, lon) corners"""
    quality: PositionQuality = PositionQuality.EXACT
    stated: bool = False
    text: str = ""
    address: str = ""
    landmark_no: str | None = None
    camera: Camera | None = None
    confidence: float = 0.8
    again: Literal["exact", "changed"] | None = None
    """the very same record again, or the same number with more said"""
    first: "Draft | None" = None
    """the draft that it repeats"""
    notes: list[str] = field(default_factory=list)
    """what was done to it, for the file of truth"""

    def copy(self) -> "Draft":
        """Another like it."""
        return replace(self, notes=list(self.notes))
