"""Something that is seen again and again in one place: the common core of the rules that need no tracks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.detections import Detection
from detectors.rules.happening import NOTHING, Happening, Intent, Level, Sight, about
from detectors.rules.happening import step as fold
from detectors.rules.scope import Scope

LEAST_LOOKS = 3
GAP_S = 15.0
"""after such a gap between looks watching begins anew"""


@dataclass(frozen=True, slots=True)
class Look:
    """What one picture showed."""

    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Persistence:
    """State between steps: the looks of the last seconds, since when there is watching at all, and the happening."""

    looks: tuple[Look, ...] = ()
    watching_since: datetime | None = None
    happening: Happening = NOTHING


START = Persistence()


def persist(
    state: Persistence, sight: Sight, hits: Sequence[Detection], now: datetime, scope: Scope
) -> tuple[Persistence, Intent | None]:
    """Fold in what this picture shows; it begins once enough of the looks of the last `persist_s` showed something.

    Where looks are rare the last three count, however old; a picture in which nothing moved is no look.
    """
    if sight.still or (state.looks and now <= state.looks[-1].at):
        return state, None
    blind = not state.looks or (now - state.looks[-1].at).total_seconds() > GAP_S
    before = () if blind else state.looks
    since = now if blind or state.watching_since is None else state.watching_since
    fresh = sum((now - look.at).total_seconds() <= scope["persist_s"] for look in before)
    looks = (*before[-max(fresh, LEAST_LOOKS - 1) :], Look(now, len(hits)))
    seen = [look for look in looks if look.count]
    long_enough = (now - since).total_seconds() >= scope["persist_s"] and len(looks) >= LEAST_LOOKS
    level = Level(
        count=len(hits),
        on=bool(hits) and long_enough and len(seen) >= scope["share"] * len(looks),
        off=not seen,
        since=seen[0].at if seen else None,
    )
    happening, intent = fold(state.happening, level, now, scope.limits())
    return Persistence(looks, since, happening), about(intent, hits)
