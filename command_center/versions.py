"""Versions of fusion's parameters, as a person looks at them before one is put into force or taken back."""

from collections.abc import Sequence
from typing import Literal, Protocol

from pydantic import AwareDatetime

from contracts.contract import Contract


class VersionAct(Contract):
    """What a person did with a version."""

    act: Literal["apply", "take_back"]
    login: str
    reason: str
    at: AwareDatetime


class HeldFrom(Contract):
    """Where in a district's journal a version began to hold."""

    district: str
    position: int
    at: AwareDatetime


class VersionRow(Contract):
    """One version."""

    version: str
    made_at: AwareDatetime
    in_force: bool
    acts: tuple[VersionAct, ...] = ()
    """oldest first"""
    held_from: tuple[HeldFrom, ...] = ()
    """oldest first"""


class ReliabilityRow(Contract):
    """Answers to which the machine had given about the same probability."""

    said: float
    was: float
    weight: float


class Reliability(Contract):
    """Whether the machine is as right as it says."""

    rows: tuple[ReliabilityRow, ...]
    ece: float
    """expected calibration error"""


class ChangedJoin(Contract):
    """A signal that sits with another under one version and not under the other."""

    signal_id: str
    with_signal: str
    p: float
    home: str | None = None
    """the incident in which the signal sits now"""


class LastWeek(Contract):
    """What the time that was learned from would have looked like."""

    signals: int
    incidents_now: int
    incidents_then: int
    provisional_now: int
    provisional_then: int
    gained: tuple[ChangedJoin, ...]
    gained_count: int
    gained_by_source: dict[str, int]
    lost: tuple[ChangedJoin, ...]
    lost_count: int
    lost_by_source: dict[str, int]


class HeldOut(Contract):
    """Surprise on answers that the fit never saw; less is better."""

    answers: int
    log_loss_in_force: float
    log_loss_proposed: float


class LearnedFrom(Contract):
    """What a fit read."""

    signals: int
    days: float
    confirmed: int
    dismissed: int
    share_of_signals_judged: float
    words_on_joins: int
    answers: int
    rates_changed: bool
    """false: too few confirmed incidents, only calibration was fitted"""


class VersionReport(Contract):
    """GET /api/parameter-versions/{version}."""

    version: str
    compared_with: str
    learned_from: LearnedFrom
    held_out: HeldOut
    reliability: dict[str, Reliability]
    """«in force», «proposed»"""
    last_week: LastWeek


class ParameterVersions(Protocol):
    """The versions, kept by fusion. All raise `DatabaseUnavailable` when the database is away."""

    async def listed(self) -> tuple[Sequence[VersionRow], str | None]:
        """The newest first, and which is in force; None: the settings' own numbers."""
        ...

    async def report(self, version: str) -> VersionReport:
        """Raises Refused when there is none of that name."""
        ...

    async def apply(self, version: str, *, login: str, reason: str) -> None:
        """It holds from each district's next record on. Raises Refused: unknown, or in force already."""
        ...

    async def take_back(self, *, login: str, reason: str) -> str | None:
        """The version in force; which one holds then. Raises Refused: none is in force."""
        ...
