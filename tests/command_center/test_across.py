"""Corrections that name an incident across a district's border."""

import pytest

from command_center.across import addressed
from contracts.actions import Action, ActionName, Actor
from contracts.errors import Refused
from tests.command_center.seeding import T0, call, incident, report

BY = Actor(user="grid", unit="网格中心", role="grid_operator")
HERE = incident(1, call())
THERE = incident(2, report(), district="990199-west", revision=4)


def action(name: ActionName) -> Action:
    return Action(
        action_id="a", incident_id=HERE.incident_id, district=HERE.district, expected_revision=1, action=name, by=BY,
        at=T0, arguments={"other": THERE.incident_id},
    )  # fmt: skip


def test_a_merge_across_a_border_is_the_other_districts_to_cede() -> None:
    sent = addressed(HERE, THERE, action("merge"))
    assert (sent.action, sent.district, sent.incident_id) == ("cede", "990199-west", THERE.incident_id)
    assert (sent.expected_revision, sent.action_id, sent.by) == (4, "a", BY)
    assert sent.arguments == {"to": HERE.incident_id, "to_district": "990199-east"}


def test_a_never_merge_across_a_border_says_where_the_other_lives() -> None:
    sent = addressed(HERE, THERE, action("never_merge"))
    assert (sent.district, sent.arguments["other_district"]) == ("990199-east", "990199-west")


@pytest.mark.parametrize("name", ["merge", "never_merge"])
def test_within_a_district_nothing_changes(name: ActionName) -> None:
    assert addressed(HERE, incident(2, report()), action(name)) == action(name)
    assert addressed(HERE, None, action(name)) == action(name)


def test_what_a_person_set_apart_from_over_there_is_refused() -> None:
    apart = THERE.model_copy(update={"never_with": (HERE.incident_id,)})
    with pytest.raises(Refused, match="not the same"):
        addressed(HERE, apart, action("merge"))


def test_a_drill_is_never_merged_into_what_is_real() -> None:
    drill = THERE.model_copy(update={"exercise": not HERE.exercise})
    with pytest.raises(Refused, match="drill"):
        addressed(HERE, drill, action("merge"))
