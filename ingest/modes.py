"""What of a camera's stream is decoded, and how often a still picture is looked at. Pure.

A step up is free of delay, a step down waits for quiet. The stream itself (main or sub) is chosen by the rules alone
and never by what happens: a change is a new connection, and evidence and live view would break in mid-happening.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ingest.cadence import Mode

QUIET = timedelta(seconds=20)
"""without motion, find, happening or a watching operator for so long, a step down is due"""
SEEN_LATELY = timedelta(seconds=5)

LOOK_IDLE_S = 4.0
"""nothing found and nothing moves: nothing that stands or lies there is missed for longer than this"""
LOOK_COUNTING_S = 2.0
"""somebody is there or something goes on: as often as counting rules and keyframes want it"""
LOOK_TRACKING_S = 0.5
"""… and for tracks, which break when two pictures lie more than a second apart"""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a camera's configuration asks for; constant while it is held."""

    decode: Mode | None = None
    """its owner's word; None: automatic"""
    tracks: bool = False
    """some rule says nothing without tracks"""
    has_sub: bool = False


@dataclass(frozen=True, slots=True)
class Signs:
    """What goes on in front of a camera now."""

    found_at: datetime | None = None
    """when a look last found something that a rule looks for"""
    happening: bool = False
    """a rule tells of something that has not ended"""
    watched: bool = False
    """an operator looks at the live picture"""
    moved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of the connection."""

    mode: Mode
    look_every_s: float


@dataclass(frozen=True, slots=True)
class Pace:
    """State: since when it has been raised, and the last sign that kept it so."""

    stirred_at: datetime | None = None


def step(state: Pace, needs: Needs, signs: Signs, now: datetime) -> tuple[Pace, Wish]:
    """The next state and the wish of the moment."""
    stirred_at = _latest(signs, now)
    if stirred_at is not None and (state.stirred_at is None or stirred_at > state.stirred_at):
        state = replace(state, stirred_at=stirred_at)
    raised = state.stirred_at is not None and now - state.stirred_at < QUIET
    mode = needs.decode or _mode(needs, raised=raised)
    return state, Wish(mode, _look_every_s(needs, mode, signs, now))


def _mode(needs: Needs, *, raised: bool) -> Mode:
    """Counting needs no more than keyframes. For tracks a sub-stream decoded in full costs half of what the main
    stream's keyframes cost; without one, the main stream is decoded in full only while something goes on."""
    if not needs.tracks:
        return "keyframes"
    if needs.has_sub:
        return "sub"
    return "full" if raised else "keyframes"


def _latest(signs: Signs, now: datetime) -> datetime | None:
    if signs.happening or signs.watched:
        return now
    return max((at for at in (signs.found_at, signs.moved_at) if at is not None), default=None)


def _look_every_s(needs: Needs, mode: Mode, signs: Signs, now: datetime) -> float:
    somebody = signs.happening or (signs.found_at is not None and now - signs.found_at < SEEN_LATELY)
    if not somebody:
        return LOOK_IDLE_S
    return LOOK_TRACKING_S if needs.tracks and mode != "keyframes" else LOOK_COUNTING_S
