"""A signal that is only tried in an incident scores as one that sits there, by fewer steps."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.signals import Signal
from fusion.evidence import gather, plus
from fusion.scoring import score
from fusion.trying import tried
from tests.fusion.test_properties import GROUP, ORIGIN, TABLES, parts, sums, together


@given(GROUP, st.booleans())
@settings(max_examples=80)
def test_a_signal_that_is_tried_scores_as_one_that_sat_down_and_leaves_no_trace(
    group: list[Signal], outlier: bool
) -> None:
    *rest, last = parts(group)
    tried = plus(TABLES, together(rest), last, lambda: rest, outlier=outlier)
    guessed = score(TABLES, tried, ORIGIN)
    kept = score(TABLES, tried.settle(), ORIGIN)
    assert math.isclose(guessed, kept, abs_tol=1e-9)
    assert kept == score(TABLES, gather(TABLES, [*((part, False) for part in rest), (last, outlier)]), ORIGIN)


@given(GROUP, st.booleans())
@settings(max_examples=80)
def test_without_its_evidence_it_scores_the_same_rightly_or_wrongly_placed(group: list[Signal], doubtful: bool) -> None:
    *rest, last = parts(group)
    its = together(rest)
    trial = tried(TABLES, its, last, lambda: rest, ORIGIN, doubtful=doubtful)
    believed, outlier = trial.belief, trial.outlier
    ways = {far: score(TABLES, plus(TABLES, its, last, lambda: rest, outlier=far), ORIGIN) for far in (False, True)}
    assert math.isclose(believed.nats, ways[outlier], abs_tol=1e-9)
    assert not outlier if not doubtful else ways[outlier] >= ways[not outlier] - 1e-9
    assert its.with_one, "kept for the next one"
    assert sums(its) == sums(together(rest)), "and nothing else changed"
