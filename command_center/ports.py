"""Everything that the console is given from outside: stores, views, ports of `contracts`, limits, the clock."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from command_center.board import Board
from command_center.camera_desk import CameraDesk
from command_center.geography import Geography
from command_center.live import LiveRelay
from command_center.passwords import Passwords
from command_center.recurrence import Definition
from command_center.room import Room
from command_center.store.audit import Audit
from command_center.store.desk import Desks
from command_center.store.health_log import HealthLog
from command_center.store.incidents import Cameras, Incidents
from command_center.store.labels import Labels
from command_center.store.people import People
from command_center.store.prevention import Prevention
from command_center.store.wall import Wall
from command_center.suppression import Limits
from command_center.suppression_desk import SuppressionDesk
from command_center.tickets import Tickets
from command_center.versions import ParameterVersions
from command_center.views import CameraViews, SourceViews
from command_center.webhook_desk import WebhookDesk
from contracts.contract import Contract
from contracts.evidence import EvidenceStore
from contracts.intake import Intake, IntakeAnswer, PersonalFields
from contracts.rejected import Rejected


class RejectedBox(Protocol):
    """What could not be read: list it, send it again."""

    async def page(
        self, *, source: str | None, status: str | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[Rejected], str | None]:
        """The newest first, and the cursor of the next page.

        Raises:
            Refused: the cursor is not one of its own.
        """
        ...

    async def one(self, rejected_id: str) -> Rejected | None:
        """One reference."""
        ...

    async def retry(self, rejected_id: str, now: datetime) -> IntakeAnswer:
        """Read the kept body again.

        Raises:
            Refused: the body is no longer kept.
        """
        ...


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which silent decisions people are asked about, as fusion says."""

    audited: Callable[[str], bool]
    """identity of a signal → whether to ask"""
    weight_of: Callable[[str], float]
    """what was chosen → one over the chance of being asked"""


class CorrectionCases(Protocol):
    """Corrections as test cases."""

    async def export(self, action_id: str) -> bytes:
        """The case of an action, as the bytes of its file.

        Raises:
            Refused: there is no such action, it was undone or refused, or it says nothing to hold to.
        """
        ...


@dataclass(frozen=True, slots=True)
class ConsoleConfig:
    """The settings, in the terms of this package."""

    city_name: str = "一网通管"
    exercise: bool = False
    session_idle: timedelta = timedelta(minutes=15)
    session_life: timedelta = timedelta(hours=12)
    claim_for: timedelta = timedelta(minutes=5)
    undo_for: timedelta = timedelta(seconds=30)
    secure_cookie: bool = False
    origins: frozenset[str] = frozenset()
    flood_count: int = 10
    flood_minutes: float = 10.0
    suppression: Limits = field(default_factory=Limits)
    recurrence: Definition = field(default_factory=Definition)
    partitions: dict[str, int] = field(default_factory=dict)
    media_origins: frozenset[str] = frozenset()
    """media servers from which a page may play live pictures"""
    map_dir: Path | None = None
    pmtiles: Path | None = None
    static_dir: Path = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Stores:
    """The console's tables."""

    people: People
    audit: Audit
    incidents: Incidents
    cameras: Cameras
    health_log: HealthLog
    wall: Wall
    prevention: Prevention
    desks: Desks
    labels: Labels


@dataclass(frozen=True, slots=True)
class Ports:
    """What `create_app` is given."""

    config: ConsoleConfig
    clock: Callable[[], datetime]
    stores: Stores
    passwords: Passwords
    board: Board
    room: Room
    suppressions: SuppressionDesk
    webhooks: WebhookDesk
    camera_views: CameraViews
    source_views: SourceViews
    geography: Geography
    intake: Intake
    personal: PersonalFields
    evidence: EvidenceStore
    rejected: RejectedBox
    cases: CorrectionCases
    sampling: Sampling
    versions: ParameterVersions
    camera_desk: CameraDesk
    live: LiveRelay
    tickets: Tickets
    ready: Callable[[], Awaitable[dict[str, bool]]]
    """part → whether it is ready: database, board"""


class Page(Contract):
    """Every list: the items and the cursor of the next page, null on the last."""

    next: str | None = None
