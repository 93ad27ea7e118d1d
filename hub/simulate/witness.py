"""People who saw what a camera saw: for some observations, a call or a grid report about the same happening."""

import random
from dataclasses import dataclass

from contracts.geo import GeoPoint
from contracts.signals import Observation
from hub.simulate.letters import Clerk, Letter, Scene
from hub.simulate.phrases import CROWD, INTRUSION, PARKING, Theme

THEME_OF_RULE: dict[str, Theme] = {
    "crowd_gathering": CROWD,
    "zone_intrusion": INTRUSION,
    "illegal_parking": PARKING,
}
"""what people say when a camera's rule was right; a dead camera has no witnesses"""


@dataclass(frozen=True, slots=True)
class Manner:
    """How readily and how soon people report."""

    call_p: float
    grid_p: float
    call_lag_s: tuple[float, float]
    grid_lag_s: tuple[float, float]
    quiet_s: float
    """the same camera is not witnessed again for so long"""


DEMO = Manner(call_p=0.85, grid_p=0.6, call_lag_s=(8.0, 20.0), grid_lag_s=(20.0, 40.0), quiet_s=150.0)
REAL = Manner(call_p=0.35, grid_p=0.3, call_lag_s=(60.0, 600.0), grid_lag_s=(600.0, 3600.0), quiet_s=1800.0)


class Witnesses:
    """Remembers which happenings have been told, so that updates of an observation are not reported again."""

    def __init__(self, clerk: Clerk, rng: random.Random, manner: Manner) -> None:
        self._clerk, self._rng, self._manner = clerk, rng, manner
        self._told_s: dict[str, float] = {}

    def letters(self, seen: Observation, now_s: float) -> list[Letter]:
        """What people will send about `seen`; empty for a known happening, a dead camera, or when nobody cares."""
        theme = THEME_OF_RULE.get(seen.event_type)
        if theme is None or now_s - self._told_s.get(seen.camera_id, float("-inf")) < self._manner.quiet_s:
            return []
        self._told_s[seen.camera_id] = now_s
        rng, manner = self._rng, self._manner
        point = GeoPoint(lat=seen.place.lat, lon=seen.place.lon)
        scene = Scene(point, rng.choice(theme.traits), max(3, seen.count or 3), now_s - 20.0)
        letters = []
        if theme.call and rng.random() < manner.call_p:
            letters.append(
                self._clerk.police_call(theme.call, scene, now_s + rng.uniform(*manner.call_lag_s), sure=True)
            )
        if theme.grid and rng.random() < manner.grid_p:
            letters.append(self._clerk.grid_report(theme.grid, scene, now_s + rng.uniform(*manner.grid_lag_s)))
        return letters
