"""The prior term: what speaks for joining before anything is compared, less the caution of an unfitted model."""

import math

from fusion.policy import Model, Source


def prior_term(source: Source, is_repeat: bool, model: Model) -> float:
    """Nats: signals expected of this source per happening, against new happenings expected here and now.

    `is_repeat`: the same rule of the same camera already speaks in the incident. Source: `fusion.md` §3.5, §3.6.
    """
    nats = math.log(source.expected) - math.log(model.new_rate) - model.bias
    return nats + model.repeat if is_repeat else nats
