"""What is sent when, without an observation's help: the opening, the county's ordinary day, and its mistakes."""

import heapq
import math
import random
from collections.abc import Iterator
from dataclasses import replace

from contracts.geo import GeoPoint, offset
from hub.simulate.letters import Clerk, Letter, Scene, changed, spoiled
from hub.simulate.phrases import CROWD, FIRE, PARKING, THEMES, Theme
from hub.simulate.town import Town
from hub.simulate.work_items import DISPUTES_PER_DAY, PETITIONS_PER_DAY

DAY_S = 86_400.0
SHARE_MALFORMED, SHARE_DUPLICATE, SHARE_UPDATE, SHARE_LATE = 0.015, 0.03, 0.02, 0.03
SHARE_INFORMANT = 0.1
AROUND_PLACE_M = (10.0, 145.0)
"""as far as people still name the place"""
CALL_LAG_S, GRID_LAG_S = 300.0, 1500.0
"""median lags after the happening, by source (`domain.md` (b))"""


def opening(clerk: Clerk, town: Town, rng: random.Random) -> list[Letter]:
    """The first two minutes of a demo: rows within seconds, and two happenings told by two kinds of source."""
    fire = Scene(town.place("东关集贸市场"), rng.choice(FIRE.traits), 5, -90.0)
    crowd = Scene(town.place("县政府"), rng.choice(CROWD.traits), 20, -120.0)
    parked = Scene(town.place("购物中心"), rng.choice(PARKING.traits), 1, -600.0)
    letters = [
        *_told(clerk, FIRE, fire, 0.0, 6.0),
        *_told(clerk, CROWD, crowd, 2.0, 14.0),
        *_told(clerk, PARKING, parked, 4.0, 30.0),
        clerk.dispute(8.0),
        clerk.petition(10.0),
    ]
    return sorted(letters, key=lambda letter: letter.due_s)


def _told(clerk: Clerk, theme: Theme, scene: Scene, call_s: float, grid_s: float) -> list[Letter]:
    letters = []
    if theme.call:
        letters.append(clerk.police_call(theme.call, scene, call_s, sure=True))
    if theme.grid:
        letters.append(clerk.grid_report(theme.grid, scene, grid_s))
    return letters


def ordinary_days(clerk: Clerk, town: Town, rng: random.Random, *, rate: float, hurry: float = 1.0) -> Iterator[Letter]:
    """Letters in order of `due_s`, without end: a Poisson stream with `rate` times a county's daily counts.

    `hurry` divides the lags between a happening and its reports, so that a demo's viewer need not wait.
    """
    weights = [theme.calls + theme.grids for theme in THEMES] + [DISPUTES_PER_DAY, PETITIONS_PER_DAY]
    whats: list[Theme | str] = [*THEMES, "dispute", "petition"]
    per_second = sum(weights) * rate / DAY_S
    waiting: list[tuple[float, int, Letter]] = []
    at_s, serial = 0.0, 0
    while True:
        at_s += rng.expovariate(per_second)
        while waiting and waiting[0][0] <= at_s:
            yield heapq.heappop(waiting)[2]
        chosen = rng.choices(whats, weights)[0]
        for letter in _happening(clerk, town, rng, chosen, at_s, hurry):
            serial += 1
            heapq.heappush(waiting, (letter.due_s, serial, letter))


def _happening(
    clerk: Clerk, town: Town, rng: random.Random, chosen: Theme | str, at_s: float, hurry: float
) -> list[Letter]:
    if chosen == "dispute":
        return [clerk.dispute(at_s)]
    if not isinstance(chosen, Theme):
        return [clerk.petition(at_s, informant=rng.random() < SHARE_INFORMANT)]
    first_is_call = chosen.grid is None or (
        chosen.call is not None and rng.random() < chosen.calls / (chosen.calls + chosen.grids)
    )
    lag_s = _lag(rng, CALL_LAG_S if first_is_call else GRID_LAG_S) / hurry
    scene = Scene(_somewhere(town, rng), rng.choice(chosen.traits), rng.randrange(3, 40), at_s - lag_s)
    letters = [_report(clerk, chosen, scene, at_s, by_call=first_is_call)]
    if rng.random() < chosen.also:
        by_call = chosen.call is not None and (chosen.grid is None or not first_is_call or rng.random() < 0.3)
        lag_s = _lag(rng, CALL_LAG_S if by_call else GRID_LAG_S) / hurry
        letters.append(_report(clerk, chosen, scene, at_s + lag_s, by_call=by_call))
    if rng.random() < SHARE_MALFORMED:
        return [spoiled(letters[0], rng)]
    return letters + _oddities(letters[0], rng, at_s) if rng.random() >= SHARE_LATE else [_late(letters[0], hurry)]


def _report(clerk: Clerk, theme: Theme, scene: Scene, due_s: float, *, by_call: bool) -> Letter:
    if by_call and theme.call:
        return clerk.police_call(theme.call, scene, due_s)
    if theme.grid:
        return clerk.grid_report(theme.grid, scene, due_s)
    raise AssertionError(f"{theme.name} is told by nobody")


def _oddities(letter: Letter, rng: random.Random, at_s: float) -> list[Letter]:
    draw = rng.random()
    if draw < SHARE_DUPLICATE:
        return [Letter(at_s + 5.0, letter.feed, letter.number, letter.body, note="duplicate")]
    if draw < SHARE_DUPLICATE + SHARE_UPDATE:
        return [changed(letter, at_s + 45.0)]
    return []


def _late(letter: Letter, hurry: float) -> Letter:
    """Held up on the way: sent long after the time it carries."""
    return replace(letter, due_s=letter.due_s + 1200.0 / hurry, note="late")


def _lag(rng: random.Random, median_s: float) -> float:
    return median_s * rng.lognormvariate(0.0, 0.9)


def _somewhere(town: Town, rng: random.Random) -> GeoPoint:
    """Half of what happens, happens around places people name: on one side of them, not all on one spot."""
    if rng.random() >= 0.5:
        return town.street_point(rng)
    away_m, bearing = rng.uniform(*AROUND_PLACE_M), rng.uniform(0.0, math.tau)
    place = rng.choice(town.places).point
    return offset(place, north_m=away_m * math.cos(bearing), east_m=away_m * math.sin(bearing))
