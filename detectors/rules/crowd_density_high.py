"""Persons too close together (人员密度过高): persons per m² of ground, in the zone and its densest knot."""

import math
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from contracts.detections import Detection
from detectors.ground import Ground
from detectors.rules.happening import NOTHING, Happening, Intent, Level, Sight, about
from detectors.rules.happening import step as fold
from detectors.rules.scope import Scope
from detectors.rules.vehicles import persons_of
from detectors.zones import standing_in

START = NOTHING


def step(state: Happening, sight: Sight, now: datetime, scope: Scope) -> tuple[Happening, Intent | None]:
    """Fold one picture in; works on keyframes as well as on tracks."""
    persons = persons_of(standing_in(scope.zone, sight.detections))
    density = _density(persons, scope)
    enough = len(persons) >= scope.persons("persons_on")
    level = Level(len(persons), on=enough and density >= scope["density_on"], off=density < scope["density_off"])
    state, intent = fold(state, level, now, scope.limits())
    return state, about(intent, persons, density_per_m2=round(density, 2))


def _density(persons: Sequence[Detection], scope: Scope) -> float:
    """Persons per m²; a large zone may be empty but for the knot at its gate."""
    area = scope.area_m2 or math.inf
    knot_m2 = math.pi * scope["knot_m"] ** 2
    knot = _most_within(persons, scope.ground, scope["knot_m"]) / knot_m2 if scope.ground and area > knot_m2 else 0.0
    return max(len(persons) / area, knot)


def _most_within(persons: Sequence[Detection], ground: Ground, radius_m: float) -> int:
    """The most persons around any one of them, itself included."""
    spots = np.array([spot for hit in persons if (spot := ground.metres(hit.box.foot)) is not None])
    if not len(spots):
        return 0
    apart = np.linalg.norm(spots[:, None] - spots[None], axis=2)
    return int((apart <= radius_m).sum(axis=1).max())
