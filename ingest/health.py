"""Is there a picture? A pure state: frames and faults go in, `CameraHealth` comes out."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from contracts.cameras import CameraHealth
from contracts.errors import CameraFault

STALE_AFTER_S = 5.0
OFFLINE_AFTER_S = 10.0
GOPS_UNTIL_STALE = 2.5
GOPS_UNTIL_OFFLINE = 3.0


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of one camera's picture. `since` is when this state of health began."""

    health: CameraHealth
    since: datetime
    last_frame_at: datetime | None = None
    fault: CameraFault | None = None
    detail: str = ""
    unwatched_s: float = 0.0
    """how much of the last picture's age is our own doing"""


@dataclass(frozen=True, slots=True)
class GotFrame:
    """A picture was decoded, captured at `at`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Failed:
    """A connection could not be made or broke."""

    fault: CameraFault
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """Nothing but time; `gop_s` is the interval between pictures that this camera is known to keep, if known.

    `unwatched_s` of it we did not look ourselves, because the machine was too busy or asleep, or its clock was set.
    """

    gop_s: float | None = None
    unwatched_s: float = 0.0


Happening = GotFrame | Failed | Passed


def starting(now: datetime) -> Health:
    """A camera that nothing is known of yet."""
    return Health(CameraHealth.STARTING, now)


def step(state: Health, happening: Happening, now: datetime) -> Health:
    """The next state.

    A frame makes a camera online at once. A fault is remembered and shown but changes the health only of a camera
    that never gave a picture; one that did turns stale, then offline, by the age of its last picture, so that a
    reconnect of a second is not a flood of alarms. The limits stretch with the camera's own keyframe interval, and
    time in which we did not look is not held against the camera.
    """
    match happening:
        case GotFrame(at):
            since = state.since if state.health is CameraHealth.ONLINE else now
            return Health(CameraHealth.ONLINE, since, last_frame_at=at)
        case Failed(fault, detail):
            failed = replace(state, fault=fault, detail=detail)
            never = state.last_frame_at is None and state.health is CameraHealth.STARTING
            return replace(failed, health=CameraHealth.OFFLINE, since=now) if never else failed
        case Passed(gop_s, unwatched_s):
            aged = replace(state, unwatched_s=state.unwatched_s + unwatched_s)
            health = _by_age(aged, gop_s or 0.0, now)
            return aged if health is state.health else _worse(aged, health, now)


def _by_age(state: Health, gop_s: float, now: datetime) -> CameraHealth:
    age = now - (state.last_frame_at or state.since) - timedelta(seconds=state.unwatched_s)
    if state.health is CameraHealth.OFFLINE or age >= timedelta(
        seconds=max(OFFLINE_AFTER_S, gop_s * GOPS_UNTIL_OFFLINE)
    ):
        return CameraHealth.OFFLINE
    if state.health is CameraHealth.STARTING:
        return CameraHealth.STARTING
    stale = age >= timedelta(seconds=max(STALE_AFTER_S, gop_s * GOPS_UNTIL_STALE))
    return CameraHealth.STALE if stale else state.health


def _worse(state: Health, health: CameraHealth, now: datetime) -> Health:
    silent = health is CameraHealth.OFFLINE and state.fault is None
    return replace(state, health=health, since=now, fault=CameraFault.TIMEOUT if silent else state.fault)
