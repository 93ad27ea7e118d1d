"""How the survival bench judges, without a hub to kill."""

import dataclasses
from collections import Counter

import pytest

from hub.bench.survive import VICTIMS, verdict
from hub.bench.survive_counts import COUNTS, DOUBLED, LOST
from hub.bench.survive_traffic import REPORTS_PER_HAPPENING, UPDATES, Tally

SENT = 2 * REPORTS_PER_HAPPENING
WELL = dict.fromkeys(COUNTS, 0) | {"identities": SENT, "journalled": SENT, "observations": 2 * UPDATES + 1}


def a_tally() -> Tally:
    return Tally(
        sent=SENT, answers=Counter(accepted=SENT - 1, duplicate=1), numbers={str(n) for n in range(SENT)},
        observed={"c1": UPDATES - 1, "c2": UPDATES - 1}, down_s=dict.fromkeys(VICTIMS, 1.0), plain_seen={"0"},
    )  # fmt: skip


def met(tally: Tally, counts: dict[str, int], missing: int = 0) -> tuple[bool, bool]:
    found = verdict(tally, counts, missing, SENT, 1.0)["met"]
    return found["none lost"], found["none doubled"]


def test_nothing_lost_and_nothing_doubled_meets_both_figures() -> None:
    assert met(a_tally(), WELL) == (True, True)


@pytest.mark.parametrize("name", LOST)
def test_one_lost_is_one_too_many(name: str) -> None:
    assert met(a_tally(), WELL | {name: 1}) == (False, True)


def test_an_answered_number_that_is_no_signal_is_lost() -> None:
    assert met(a_tally(), WELL, missing=1) == (False, True)


@pytest.mark.parametrize("name", DOUBLED)
def test_one_doubled_is_one_too_many(name: str) -> None:
    assert met(a_tally(), WELL | {name: 1}) == (True, False)


@pytest.mark.parametrize(
    ("tally", "counts"),
    [
        pytest.param(dataclasses.replace(a_tally(), answers=Counter(accepted=SENT - 1)), WELL, id="one not answered"),
        pytest.param(dataclasses.replace(a_tally(), sent=SENT - 1), WELL, id="one not sent"),
        pytest.param(dataclasses.replace(a_tally(), down_s={"broker": 1.0}), WELL, id="only the broker was killed"),
        pytest.param(dataclasses.replace(a_tally(), observed={"c1": 2}), WELL, id="a happening was not told"),
        pytest.param(a_tally(), WELL | {"observations": 2 * UPDATES}, id="the real cameras saw nothing"),
        pytest.param(a_tally(), WELL | {"still in the outbox": 1}, id="one still waits"),
        pytest.param(a_tally(), WELL | {"gaps in the journal": 1}, id="a gap in the journal"),
    ],
)
def test_without_its_guards_no_figure_is_met(tally: Tally, counts: dict[str, int]) -> None:
    assert met(tally, counts) == (False, False)


def test_the_peer_is_counted_by_what_arrived() -> None:
    found = verdict(a_tally(), WELL, 0, SENT, 1.0)
    assert found["peers"]["publish on acceptance, no outbox"]["lost"] == SENT - 1
    assert found["ratios"]["lost, ours / peer"] == 0.0
