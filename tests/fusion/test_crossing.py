"""Two districts, a border between them, and an incident that crosses it."""

from typing import Any

import pytest

from contracts.actions import Action, ActionResult, Actor
from contracts.incidents import Incident
from contracts.signals import Signal
from fusion.crossing import MACHINE
from fusion.engine import Outputs
from fusion.policy import Params
from fusion.state import load_state, new_state
from tests.fusion.scene import Town, call, grid, seen

EAST, WEST = "990199-east", "990199-west"


class Border:
    """Two districts; what one sends on, the other takes in after the records that were already there."""

    def __init__(self) -> None:
        self.towns = {EAST: Town(), WEST: Town()}
        self.towns[WEST].state = new_state(WEST, Params())
        self.waiting: list[Action] = []

    def hear(self, signal: Signal) -> Incident:
        """The incident that a signal sits in after its own district heard it."""
        town = self.towns[signal.district]
        outputs = town.take(signal, signal.received_at)
        self.waiting += outputs.forwards
        decision = outputs.decisions[-1]
        assert decision.incident_id is not None
        return self.incident(decision.incident_id)

    def do(self, action: Action) -> ActionResult:
        """An action in its district, and what follows from it."""
        outputs = self.post(action)
        self.deliver()
        return outputs.results[0]

    def post(self, action: Action) -> Outputs:
        """An action in its district, and nothing more yet."""
        town = self.towns[action.district]
        outputs = town.take(action, town.now)
        self.waiting += outputs.forwards
        return outputs

    def deliver(self) -> None:
        """All that waits between the districts."""
        while self.waiting:
            self.post(self.waiting.pop(0))

    def incident(self, incident_id: str) -> Incident:
        """Its newest revision, wherever it lives."""
        found = [t.incidents[incident_id] for t in self.towns.values() if incident_id in t.incidents]
        return found[0]

    def merge(self, survivor: Incident, other: Incident, *, by: Actor = MACHINE, **more: Any) -> ActionResult:
        """`other` goes over to where `survivor` lives."""
        return self.do(cession(survivor, other, by=by, **more))


def cession(survivor: Incident, other: Incident, *, by: Actor = MACHINE, p: float = 0.95) -> Action:
    """The action that makes `other` cross."""
    return Action(
        action_id=f"cede {other.incident_id} {other.revision}", incident_id=other.incident_id,
        district=other.district, expected_revision=other.revision, action="cede", by=by, at=other.decided_at,
        arguments={"to": survivor.incident_id, "to_district": survivor.district, "p": p},
    )  # fmt: skip


OPERATOR = Actor(user="grid", unit="网格中心", role="grid")


def undo_of(action: Action, survivor: Incident) -> Action:
    """A person takes it back, from the incident that survived."""
    return Action(
        action_id="undo", incident_id=survivor.incident_id, district=survivor.district, expected_revision=0,
        action="undo", by=OPERATOR, at=survivor.decided_at, arguments={"action_id": action.action_id},
    )  # fmt: skip


def members(incident: Incident) -> list[str]:
    return sorted(member.signal_id for member in incident.signals)


def test_an_incident_that_crosses_brings_its_signals_and_its_id_leads_on() -> None:
    border = Border()
    east = border.hear(seen())
    west = border.hear(call(district=WEST))
    assert border.merge(east, west).accepted
    assert members(border.incident(east.incident_id)) == ["call-1", "cam-1"]
    left = border.incident(west.incident_id)
    assert (left.state.value, left.merged_into, left.signals) == ("merged", east.incident_id, ())
    assert border.incident(east.incident_id).redirects == (west.incident_id,)


@pytest.mark.parametrize(("p", "provisional"), [(0.9, False), (0.89, True)])
def test_the_bands_hold_across_a_border(p: float, provisional: bool) -> None:
    border = Border()
    east, west = border.hear(seen()), border.hear(grid(district=WEST))
    border.merge(east, west, p=p)
    member = next(one for one in border.incident(east.incident_id).signals if one.signal_id == "grid-1")
    assert (member.provisional, member.joined_by, member.p) == (provisional, "machine", p)


def test_a_call_beside_a_call_stays_provisional_across_a_border() -> None:
    border = Border()
    east, west = border.hear(call("one")), border.hear(call("two", district=WEST))
    border.merge(east, west, p=0.99)
    member = next(one for one in border.incident(east.incident_id).signals if one.signal_id == "two")
    assert member.provisional
    assert member.keeps_row


def test_a_persons_merge_is_joined_by_a_person() -> None:
    border = Border()
    east, west = border.hear(seen()), border.hear(call(district=WEST))
    border.merge(east, west, by=OPERATOR, p=0.2)
    member = next(one for one in border.incident(east.incident_id).signals if one.signal_id == "call-1")
    assert (member.joined_by, member.provisional) == ("person", False)


@pytest.mark.parametrize("by", [MACHINE, OPERATOR], ids=["the machine's", "a person's"])
def test_an_undo_sends_the_signals_home_and_the_old_id_lives_again(by: Actor) -> None:
    border = Border()
    east, west = border.hear(seen()), border.hear(call(district=WEST))
    crossed = cession(east, west, by=by)
    border.do(crossed)
    assert border.do(undo_of(crossed, border.incident(east.incident_id))).accepted
    assert members(border.incident(east.incident_id)) == ["cam-1"]
    assert members(border.incident(west.incident_id)) == ["call-1"]
    assert border.incident(west.incident_id).state.value == "open"
    assert border.incident(west.incident_id).merged_into is None
    assert border.incident(east.incident_id).redirects == ()
    again = border.merge(border.incident(east.incident_id), border.incident(west.incident_id))
    assert not again.accepted, "they were set apart by a person"


def test_an_undo_comes_once() -> None:
    border = Border()
    east, west = border.hear(seen()), border.hear(call(district=WEST))
    crossed = cession(east, west)
    border.do(crossed)
    border.do(undo_of(crossed, east))
    again = undo_of(crossed, east).model_copy(update={"action_id": "undo again"})
    assert not border.do(again).accepted


def test_a_new_version_follows_its_signal_over_the_border() -> None:
    border = Border()
    east = border.hear(seen())
    west = border.hear(seen("cam-2", district=WEST, count=10))
    border.merge(east, west)
    newer = seen("cam-2", 5, district=WEST, update=1, count=40)
    assert border.hear(newer).incident_id == east.incident_id
    border.deliver()
    assert border.incident(east.incident_id).count == 40
    assert border.towns[WEST].decisions[-1].chosen == "update"


def test_an_old_version_of_a_signal_that_left_changes_nothing() -> None:
    border = Border()
    east, west = border.hear(seen()), border.hear(seen("cam-2", district=WEST))
    border.merge(east, west)
    border.hear(seen("cam-2", district=WEST))
    assert border.towns[WEST].decisions[-1].chosen == "duplicate"
    assert border.waiting == []


def test_what_crosses_while_its_place_is_closed_founds_an_incident_of_its_own() -> None:
    border = Border()
    east, west = border.hear(seen()), border.hear(call(district=WEST))
    border.post(cession(east, west))
    border.towns[EAST].act("close", east)
    border.deliver()
    made = [one for one in border.towns[EAST].incidents.values() if members(one) == ["call-1"]]
    assert len(made) == 1
    assert made[0].state.value == "open"
    assert west.incident_id in made[0].redirects


def test_what_crosses_after_its_place_was_merged_away_follows_it() -> None:
    border = Border()
    east = border.hear(seen())
    other = border.hear(seen("far", 2, north=4000))
    west = border.hear(call(district=WEST))
    border.post(cession(other, west))
    border.towns[EAST].act("merge", east, other=other.incident_id)
    border.deliver()
    assert members(border.incident(east.incident_id)) == ["call-1", "cam-1", "far"]


def test_what_crosses_after_its_place_went_on_goes_on_too() -> None:
    border = Border()
    east, west = border.hear(seen()), border.hear(call(district=WEST))
    third = border.hear(grid(district=WEST, north=4000))
    border.post(cession(east, west))
    over = border.waiting.pop()
    border.do(cession(third, east))
    border.waiting.append(over)
    border.deliver()
    assert members(border.incident(third.incident_id)) == ["call-1", "cam-1", "grid-1"]


@pytest.mark.parametrize("change", ["revision", "closed", "same district", "device"])
def test_a_machines_cession_is_refused_before_anything_changes(change: str) -> None:
    border = Border()
    east = border.hear(seen())
    event_type = "camera_offline" if change == "device" else "crowd_gathering"
    west = border.hear(seen("cam-2", district=WEST, event_type=event_type))
    action = cession(east, west)
    if change == "revision":
        action = action.model_copy(update={"expected_revision": west.revision + 1})
    if change == "closed":
        border.towns[WEST].act("close", west)
        action = cession(east, border.incident(west.incident_id))
    if change == "same district":
        action = action.model_copy(update={"arguments": action.arguments | {"to_district": WEST}})
    result = border.do(action)
    assert not result.accepted
    assert members(border.incident(west.incident_id)) == ["cam-2"]


def test_a_district_that_gave_an_incident_away_forgets_it_in_the_end() -> None:
    border = Border()
    east, west = border.hear(seen()), border.hear(call(district=WEST))
    border.merge(east, west)
    border.towns[WEST].wait(3 * 86400)
    book = border.towns[WEST].state.book
    assert (book.incidents, book.signals) == ({}, {})


def test_a_snapshot_in_between_changes_nothing() -> None:
    def run(*, snapshot: bool) -> list[bytes]:
        border = Border()
        east, west = border.hear(seen()), border.hear(call(district=WEST))
        border.post(cession(east, west))
        if snapshot:
            for town in border.towns.values():
                town.state = load_state(town.state.dump())
        border.deliver()
        border.hear(call(district=WEST, update=1))
        border.deliver()
        return [town.state.dump() for town in border.towns.values()]

    assert run(snapshot=True) == run(snapshot=False)


def test_what_cannot_be_read_is_refused_in_plain_words() -> None:
    border = Border()
    east = border.hear(seen())
    action = Action(
        action_id="x", incident_id=east.incident_id, district=EAST, expected_revision=0, action="adopt", by=MACHINE,
        at=east.decided_at, arguments={"from": "y", "from_district": WEST, "signals": ["{}"]},
    )  # fmt: skip
    result = border.do(action)
    assert not result.accepted
    assert "cannot be read" in result.why


def test_never_merge_holds_against_an_incident_of_another_district() -> None:
    border = Border()
    east, west = border.hear(seen()), border.hear(call(district=WEST))
    said = border.towns[WEST].act("never_merge", west, other=east.incident_id, other_district=EAST)
    assert said.accepted
    assert border.incident(west.incident_id).never_with == (east.incident_id,)
    assert not border.merge(east, border.incident(west.incident_id)).accepted


@pytest.mark.parametrize("who", ["the one that comes", "the one that takes it in"])
def test_what_was_set_apart_under_an_older_name_founds_an_incident_of_its_own(who: str) -> None:
    border = Border()
    east, west = border.towns[EAST], border.towns[WEST]
    one, other = border.hear(seen()), border.hear(grid("far", 300, north=500, kind="dust"))
    comes, older = border.hear(call(district=WEST)), border.hear(grid("w", 300, north=500, kind="dust", district=WEST))
    if who == "the one that comes":
        assert west.act("never_merge", comes, other=other.incident_id, other_district=EAST).accepted
    else:
        assert east.act("never_merge", one, other=older.incident_id, other_district=WEST).accepted
    assert east.act("merge", border.incident(one.incident_id), other=other.incident_id).accepted
    assert west.act("merge", border.incident(comes.incident_id), other=older.incident_id).accepted
    assert border.merge(border.incident(one.incident_id), border.incident(comes.incident_id)).accepted
    home = east.state.book.signals["call-1"].incident
    assert home not in (None, one.incident_id)
    assert east.state.book.signals["w"].incident == home
