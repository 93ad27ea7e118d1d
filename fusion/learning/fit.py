"""From labels and answers to a new version of the model: every table by its own file, the calibration last."""

from collections.abc import Sequence
from dataclasses import replace

from fusion.heard import Heard
from fusion.learning import activity, confusion, false_alarms, lags, near_repeat, places, rates
from fusion.learning.calibration import UNFITTED, Answer, calibrate
from fusion.learning.labels import Label, Lesson
from fusion.model import Model, Prior, SourceModel
from fusion.policy import Params

LEAST_LABELS = 50
"""confirmed incidents below which the rates stay as they are"""
WELL_PLACED_M = 30.0
NEAR_REPEAT_SHARE = 0.5
"""of all that was heard, labelled: below it most neighbours are missing, and near-repeat cannot be counted"""


def fit_rates(params: Params, lesson: Lesson, heard: Sequence[Heard]) -> Params:
    """Rates, lags, confusion, detection, false alarms, places. Decisions still need their calibration: a caution of
    half a nat holds until there are answers. With fewer than 50 confirmed incidents only what the cameras cover is
    taken in, for which the registry suffices."""
    labels = [label for label in lesson.labels if label.kind in params.model.kinds or not label.real]
    real = [label for label in labels if label.real]
    model: Model = params.model.model_copy(update={"prior": _covered(params.model.prior, lesson, heard, real)})
    if len(real) >= LEAST_LABELS:
        model = _placed(model, replace(lesson, labels=tuple(labels)), heard, len(real))
        model = _timed(model, real)
        model = model.model_copy(update={"calibration": dict.fromkeys(model.sources, UNFITTED)})
    return params.model_copy(update={"model": model})


def fit_decisions(params: Params, answers: Sequence[Answer]) -> Params:
    """The calibration, from answers about decisions made with these very rates."""
    found = calibrate(answers, params.model.sources)
    return params.model_copy(update={"model": params.model.model_copy(update={"calibration": found})})


def _covered(prior: Prior, lesson: Lesson, heard: Sequence[Heard], real: Sequence[Label]) -> Prior:
    """The coverage table, right on average where things happened, or else where people reported something."""
    if not lesson.views:
        return prior
    at = [label.place for label in real]
    if len(at) < LEAST_LABELS:
        at = [(one.lat, one.lon) for one in heard if one.source != "camera" and one.sigma <= WELL_PLACED_M]
    coverage = places.Views(lesson.views.values()).coverage(prior.coverage_cell_deg, at)
    return prior.model_copy(update={"coverage": coverage, "coverage_elsewhere": 0.0})


def _placed(model: Model, lesson: Lesson, heard: Sequence[Heard], happened: int) -> Model:
    ground, days = places.ground_of(heard, happened), lesson.exposure_days
    prior = model.prior
    in_view = places.Views(lesson.views.values()) if lesson.views else _mean_of(model)
    counted = rates.fitted(lesson.labels, model, in_view, ground.km2, days)
    factors = places.cells(lesson.labels, ground)
    prior = prior.model_copy(
        update={
            "cell_deg": ground.side_deg,
            "cells": factors,
            "cells_of": {},
            "hours": places.hours(lesson.labels, prior.utc_offset_h),
            "usual": activity.usual(lesson.labels, days, exercise=False),
            "usual_in_drills": activity.usual(lesson.labels, days, exercise=True),
            "nuisance": false_alarms.nuisance(lesson.labels, prior.nuisance, ground.km2, days),
            "near_repeat": (
                near_repeat.fitted(lesson.labels, prior, lesson.days)
                if lesson.share >= NEAR_REPEAT_SHARE
                else prior.near_repeat
            ),
        }
    )
    known = {one.camera for one in heard if one.source == "camera"} | set(lesson.views)
    return model.model_copy(
        update={
            "kinds": counted.kinds,
            "prior": prior,
            "false_alarms": false_alarms.fitted(lesson.labels, model.false_alarms, known, days),
            "sources": _sources(model, lesson.labels, counted),
        }
    )


def _sources(model: Model, labels: Sequence[Label], counted: rates.Rates) -> dict[str, SourceModel]:
    rows = confusion.fitted(labels, model)
    return {
        source: one.model_copy(
            update={"confusion": rows[source]}
            | (
                {"expected": counted.expected[source], "spread": counted.spread[source]}
                if source in rates.PEOPLE
                else {}
            )
        )
        for source, one in model.sources.items()
    }


def _timed(model: Model, labels: Sequence[Label]) -> Model:
    found, paces = lags.fitted(labels, model)
    return model.model_copy(
        update={
            "sources": {
                source: one.model_copy(update={"lags": found[source]}) for source, one in model.sources.items()
            },
            "kinds": {kind: one.model_copy(update={"pace": paces[kind]}) for kind, one in model.kinds.items()},
        }
    )


def _mean_of(model: Model) -> rates.InView:
    """What the coverage table says of a place: no camera registry was given."""
    side, table = model.prior.coverage_cell_deg, model.prior.coverage

    def in_view(lat: float, lon: float) -> float:
        return table.get(f"{int(lat // side)},{int(lon // side)}", model.prior.coverage_elsewhere)

    return in_view
