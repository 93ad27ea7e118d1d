"""The space term: how much likelier the signal's place is beside the incident's than anywhere else around."""

import math
from typing import NamedTuple

from fusion.policy import Model


class SpaceTerm(NamedTuple):
    """Nats, and whether the place is grossly off."""

    nats: float
    outlier: bool


def space_term(distance_m: float, variance_m2: float, gross: float, model: Model) -> SpaceTerm:
    """Log of a 2-D isotropic Gaussian against a flat background, with a floor for grossly wrong positions.

    `variance_m2`, per axis, is the sum of both sides' position error and the happening's extent; `gross` the share
    of this source's positions that are simply wrong. Monotone in the distance. Source: `fusion.md` §3.1.
    """
    d2 = distance_m * distance_m / variance_m2
    density = (1.0 - gross) * math.exp(-0.5 * d2) / (2.0 * math.pi * variance_m2) + gross / model.gross_m2
    return SpaceTerm(math.log(density * model.background_m2), d2 > model.outlier_d2)
