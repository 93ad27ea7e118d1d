"""One happening from its first sign to its end: hysteresis that every rule shares, so that none of them floods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.detections import Box, Detection, Track


class Phase(StrEnum):
    """What a step has to tell."""

    BEGAN = "began"
    CHANGED = "changed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Sight:
    """What one picture shows."""

    detections: tuple[Detection, ...]
    tracks: tuple[Track, ...] | None = None
    """None: this camera's mode gives no tracks"""
    aspect: float = 16 / 9
    """width / height of the picture"""
    still: bool = False
    """nothing moved since the last look: these are its boxes again, and no model has confirmed them"""


@dataclass(frozen=True, slots=True)
class Intent:
    """What a rule wants to be told; one happening gives one BEGAN, any number of CHANGED, at most one ENDED."""

    phase: Phase
    started_at: datetime
    ended_at: datetime | None
    count: int
    """now; of an end: the most there were"""
    confidence: float = 1.0
    boxes: tuple[Box, ...] = ()
    """what it is about, to be drawn; empty at an end"""
    measures: Mapping[str, float] = field(default_factory=dict)
    """what was measured, by the names of `contracts.measures`"""


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient a happening is, seconds."""

    hold_s: float
    clear_s: float
    every_s: float
    change: float = 1.0
    """how many more than last told make an update at once"""
    soonest_s: float = 10.0
    """no two updates closer than this"""
    blind_s: float | None = 60.0
    """not looked at for so long: what was going on is over as far as anybody saw"""


@dataclass(frozen=True, slots=True)
class Level:
    """What a rule measured now."""

    count: int
    on: bool
    """enough to begin"""
    off: bool
    """little enough to end; neither: what is, stays"""
    since: datetime | None = None
    """when it began, where the rule knows better than the first step that was on"""


@dataclass(frozen=True, slots=True)
class Happening:
    """State between steps; the default is: nothing is going on."""

    pending_since: datetime | None = None
    started_at: datetime | None = None
    clear_since: datetime | None = None
    peak: int = 0
    told: int = 0
    told_at: datetime | None = None
    looked_at: datetime | None = None


NOTHING = Happening()


def step(state: Happening, level: Level, now: datetime, limits: Limits) -> tuple[Happening, Intent | None]:
    """Fold one measurement in. Pure; `now` never goes back (an older one is ignored)."""
    if state.looked_at is not None and now < state.looked_at:
        return state, None
    if _was_blind(state, now, limits) and state.looked_at is not None:
        ended = _ended(state, state.looked_at) if state.started_at else None
        return Happening(looked_at=now), ended
    state = replace(state, looked_at=now)
    return _going_on(state, level, now, limits) if state.started_at else _quiet(state, level, now, limits)


def _quiet(state: Happening, level: Level, now: datetime, limits: Limits) -> tuple[Happening, Intent | None]:
    if level.off:
        return replace(state, pending_since=None), None
    if not level.on:
        return state, None
    since = state.pending_since or level.since or now
    if (now - since).total_seconds() < limits.hold_s:
        return replace(state, pending_since=since), None
    begun = replace(
        state, pending_since=None, started_at=since, clear_since=None, peak=level.count, told=level.count, told_at=now
    )
    return begun, Intent(Phase.BEGAN, since, None, level.count)


def _going_on(state: Happening, level: Level, now: datetime, limits: Limits) -> tuple[Happening, Intent | None]:
    if level.off:
        clear_since = state.clear_since or now
        if (now - clear_since).total_seconds() >= limits.clear_s:
            return Happening(looked_at=now), _ended(state, clear_since)
        return replace(state, clear_since=clear_since), None
    state = replace(state, clear_since=None, peak=max(state.peak, level.count))
    if not _due(state, level.count, now, limits) or state.started_at is None:
        return state, None
    intent = Intent(Phase.CHANGED, state.started_at, None, level.count)
    return replace(state, told=max(state.told, level.count), told_at=now), intent


def _due(state: Happening, count: int, now: datetime, limits: Limits) -> bool:
    quiet_for = now - state.told_at if state.told_at else timedelta.max
    grown = count >= state.told + max(limits.change, 0.3 * state.told)
    return quiet_for.total_seconds() >= (limits.soonest_s if grown else limits.every_s)


def _was_blind(state: Happening, now: datetime, limits: Limits) -> bool:
    if limits.blind_s is None or state.looked_at is None:
        return False
    return (now - state.looked_at).total_seconds() > limits.blind_s


def _ended(state: Happening, at: datetime) -> Intent:
    started_at = state.started_at or at
    return Intent(Phase.ENDED, started_at, max(at, started_at), state.peak)


def about(intent: Intent | None, subjects: Sequence[Detection | Track], **measures: float) -> Intent | None:
    """The intent with what it is about: boxes, the mean confidence in them, and measures; an end is about nothing."""
    if intent is None or intent.phase is Phase.ENDED or not subjects:
        return intent
    confidence = sum(one.confidence for one in subjects) / len(subjects)
    return replace(intent, confidence=confidence, boxes=tuple(one.box for one in subjects), measures=measures)
