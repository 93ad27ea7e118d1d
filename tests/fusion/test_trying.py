"""A signal that is only tried in an incident scores as one that sits there, by fewer steps."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.signals import Signal
from fusion.evidence import gather, misplaced, plus
from fusion.scoring import score
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


@given(GROUP)
@settings(max_examples=80)
def test_a_place_that_is_not_believed_costs_as_if_it_had_never_been(group: list[Signal]) -> None:
    *rest, last = parts(group)
    tried = misplaced(TABLES, plus(TABLES, together(rest), last, lambda: rest, outlier=False), last)
    far = plus(TABLES, together(rest), last, lambda: rest, outlier=True)
    assert score(TABLES, tried, ORIGIN) == score(TABLES, far, ORIGIN)
    assert sums(tried) == sums(far)
