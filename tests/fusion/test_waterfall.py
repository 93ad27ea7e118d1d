import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.incidents import Candidate, Decision, Details
from fusion.waterfall import DIGITS, note, waterfall, why
from tests.fusion.scene import START

TERMS = st.dictionaries(
    st.sampled_from(["space", "time", "kind", "words", "prior", "bias", "later"]), st.floats(-40, 40), min_size=1
)


def candidate(incident_id: str = "a", **more: object) -> Candidate:
    given = {
        "incident_id": incident_id,
        "score": 0,
        "p": 0.9,
        "terms": {},
        "distance_m": 38.4,
        "sigma_m": 120,
        "lag_s": 360,
    }
    return Candidate.model_validate(given | more)  # fmt: skip


def decision(chosen: str, *constraints: str, incident_id: str | None = "a") -> Decision:
    return Decision.model_validate({
        "decision_id": "d", "signal_id": "s", "identity": "i", "district": "east", "incident_id": incident_id,
        "revision": 1, "chosen": chosen, "p": 0.9, "margin": 1, "terms": {}, "constraints": constraints,
        "params_version": "v", "decided_at": START,
    })  # fmt: skip


@given(TERMS)
def test_printed_steps_add_up_to_the_printed_sum(terms: dict[str, float]) -> None:
    steps = waterfall(candidate(terms=terms))
    printed = [round(step.nats * 10**DIGITS) for step in steps]
    assert sum(printed) == round(steps[-1].end * 10**DIGITS)
    assert steps[-1].end == pytest.approx(math.fsum(terms.values()), abs=0.0051)
    assert all(abs(step.nats - terms[step.term]) < 0.0101 for step in steps)
    assert [step.start for step in steps] == [0.0, *(step.end for step in steps[:-1])]


def test_the_terms_come_in_their_order_and_calibration_last() -> None:
    terms = dict.fromkeys(["bias", "later", "prior", "words", "kind", "time", "space"], 1.0)
    assert [step.term for step in waterfall(candidate(terms=terms))] == [
        "space", "time", "kind", "words", "prior", "later", "bias",
    ]  # fmt: skip


DETAILS = Details(
    outlier=True, barrier="白沙河", claim="crowd?", kinds={"dispute": 0.12, "crowd": 0.83, "fire": 0.01},
    shared=(("红色轿车", 2.9),), only_here=("争吵",), source_median_s=300, new_rate_km2_h=0.123, activity=2.84,
    coverage=1.44,
)  # fmt: skip


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("space", "38 m apart, σ 120 m, grossly off?, across 白沙河"),
        ("time", "6 min later, median of this source 5 min"),
        ("kind", "claims crowd?, together crowd 83% dispute 12%"),
        ("words", "shared 红色轿车 +2.90, only here 争吵"),
        ("prior", "0.12 new per km² and hour, 2.8 times the usual happens now, seen by 1.4 cameras"),
        ("bias", "caution about joining, by how right this source was"),
        ("later", ""),
    ],
)
def test_each_term_says_what_it_was_made_of(term: str, said: str) -> None:
    assert note(term, candidate(details=DETAILS)) == said


@pytest.mark.parametrize(("lag_s", "said"), [(-89, "89 s earlier"), (90, "2 min later"), (5400, "2 h later")])
def test_a_lag_is_said_in_the_unit_that_fits(lag_s: float, said: str) -> None:
    assert note("time", candidate(lag_s=lag_s)) == said


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (decision("join"), "joined"),
        (decision("provisional"), "joined, but not sure enough: waits for a person"),
        (
            decision("provisional", "call_beside_call"),
            "joined, but waits for a person: a call beside a call always does",
        ),
        (decision("join", "never_merge:a", incident_id="b"), "not joined: a person said that these are not the same"),
        (decision("new", "closed_by_person:a", incident_id="b"), "not joined: a person closed it"),
        (decision("new", "closed_by_silence:a", incident_id="b"), "not joined: it was closed by silence"),
        (decision("new", incident_id="b"), "not joined: a new happening is likelier, or another constraint held"),
        (decision("join", incident_id="b"), "not joined: another candidate is likelier"),
    ],
)
def test_a_candidate_says_why_or_why_not(made: Decision, said: str) -> None:
    assert why(made, candidate()) == said
