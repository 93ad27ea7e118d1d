from datetime import timedelta

import pytest

from command_center.handling import Step, allowed, holder, inherited, take, undo
from command_center.messages import Handling
from contracts.actions import Actor
from contracts.errors import Refused
from tests.command_center.seeding import T0

LI = Actor(user="li", unit="县公安局指挥中心", role="dispatcher")
WANG = Actor(user="wang", unit="县公安局指挥中心", role="dispatcher")
LEADER = Actor(user="zhao", unit="县公安局指挥中心", role="duty_leader")
GRID = Actor(user="sun", unit="县社会治理中心", role="grid_operator")


def step(action: str, by: Actor = LI, after_s: float = 0, **more: object) -> Step:
    made = {"action_id": f"{action}-0001", "action": action, "by": by, "display_name": by.user, "revision": 3}
    return Step(**{**made, "at": T0 + timedelta(seconds=after_s), **more})  # type: ignore[arg-type]


def test_acknowledging_stops_the_sound_of_this_revision_and_is_no_confirmation() -> None:
    after = take(Handling(), step("acknowledge"))
    assert (after.acknowledged_by, after.acknowledged_revision, after.state) == ("li", 3, "waiting")
    assert after.undo_action_id is None


def test_a_late_acknowledgement_of_an_older_revision_does_not_reopen_a_newer_one() -> None:
    newer = take(Handling(), step("acknowledge", revision=7))
    assert take(newer, step("acknowledge", revision=5)).acknowledged_revision == 7


@pytest.mark.parametrize(("after_s", "who"), [(299, "li"), (300, None)], ids=["holds", "has ended by itself"])
def test_a_claim_ends_by_itself(after_s: float, who: str | None) -> None:
    claimed = take(Handling(), step("claim"))
    assert holder(claimed, T0 + timedelta(seconds=after_s)) == who


@pytest.mark.parametrize("action", ["claim", "dispatch", "file_and_dispatch", "dismiss", "close"])
def test_what_another_seat_holds_is_refused(action: str) -> None:
    claimed = take(Handling(), step("claim"))
    with pytest.raises(Refused, match="claimed by li"):
        take(claimed, step(action, WANG, unit="城关派出所"))


@pytest.mark.parametrize("action", ["acknowledge", "confirm", "merge", "accept"])
def test_a_claim_keeps_nobody_from_hearing_or_correcting(action: str) -> None:
    take(take(Handling(), step("claim")), step(action, WANG))


def test_the_duty_leader_may_take_over_a_claim() -> None:
    assert take(take(Handling(), step("claim")), step("claim", LEADER)).claimed_by == "zhao"


def test_dispatching_names_the_unit_numbers_the_order_and_acknowledges() -> None:
    after = take(Handling(), step("dispatch", unit="城关派出所", action_id="a1b2c3d4e5f6"))
    assert (after.state, after.unit, after.order_no) == ("dispatched", "城关派出所", "PJ20261124-D4E5F6")
    assert (after.dispatched_at, after.acknowledged_by) == (T0, "li")


def test_nothing_is_sent_twice() -> None:
    with pytest.raises(Refused, match="already sent to 城关派出所"):
        take(take(Handling(), step("dispatch", unit="城关派出所")), step("file_and_dispatch", GRID, unit="城管"))


@pytest.mark.parametrize("action", ["acknowledge", "claim", "dispatch", "confirm", "dismiss"])
def test_nothing_is_done_to_what_is_closed(action: str) -> None:
    with pytest.raises(Refused, match="closed"):
        take(Handling(state="closed"), step(action))


def test_only_who_claimed_releases() -> None:
    claimed = take(Handling(), step("claim"))
    with pytest.raises(Refused, match="only who claimed"):
        take(claimed, step("release", WANG))
    assert take(claimed, step("release")).claimed_by is None


@pytest.mark.parametrize(
    ("by", "after_s", "why"),
    [
        (LI, 30, None),
        (LI, 30.001, "over"),
        (WANG, 5, "another person"),
        (LEADER, 5, None),
    ],
    ids=["in time", "too late", "another's", "the duty leader"],
)
def test_a_step_is_undone_by_its_person_within_thirty_seconds(by: Actor, after_s: float, why: str | None) -> None:
    before = take(Handling(), step("acknowledge", WANG))
    now = take(before, step("dispatch", unit="城关派出所"))
    at = T0 + timedelta(seconds=after_s)
    if why:
        with pytest.raises(Refused, match=why):
            undo(before, now, by, at, "dispatch-0001")
    else:
        assert undo(before, now, by, at, "dispatch-0001") == before


def test_only_the_newest_step_is_undone() -> None:
    first = take(Handling(), step("claim"))
    second = take(first, step("dispatch", unit="城关派出所"))
    with pytest.raises(Refused, match="newest"):
        undo(Handling(), second, LI, T0, "claim-0001")


def test_undoing_keeps_an_acknowledgement_that_came_meanwhile() -> None:
    sent = take(Handling(), step("claim"))
    heard = take(sent, step("acknowledge", WANG, after_s=3))
    assert undo(Handling(), heard, LI, T0 + timedelta(seconds=5), "claim-0001").acknowledged_by == "wang"


def test_an_incident_that_took_in_another_keeps_the_car_that_was_sent() -> None:
    sent = take(Handling(), step("dispatch", unit="城关派出所"))
    assert inherited(Handling(), [Handling(), sent]).unit == "城关派出所"
    own = take(Handling(), step("dispatch", unit="河西派出所"))
    assert inherited(own, [sent]).unit == "河西派出所"


def test_an_incident_that_took_in_another_is_of_the_seat_that_had_it() -> None:
    lis, wangs = take(Handling(), step("claim")), take(Handling(), step("claim", WANG, after_s=60))
    assert inherited(Handling(), [Handling(), lis]).claimed_by == "li"
    assert inherited(Handling(), [wangs, lis]).claimed_by == "wang", "the claim that holds longer"
    assert inherited(lis, [wangs]).claimed_by == "li", "its own goes first"


@pytest.mark.parametrize(
    ("by", "handling", "has", "has_not"),
    [
        (LI, Handling(), {"dispatch", "claim", "confirm", "merge"}, {"file_and_dispatch", "undo", "release"}),
        (GRID, Handling(), {"file_and_dispatch", "claim", "confirm"}, {"dispatch"}),
        (LI, take(Handling(), step("claim")), {"release", "dispatch", "undo"}, set()),
        (WANG, take(Handling(), step("claim")), {"acknowledge", "merge"}, {"claim", "dispatch", "dismiss", "undo"}),
        (LI, take(Handling(), step("dispatch", unit="x")), {"close", "undo"}, {"dispatch"}),
        (LI, take(Handling(), step("dismiss")), {"undo"}, {"claim", "dispatch", "confirm"}),
        (Actor(user="a", unit="", role="integrator"), Handling(), set(), {"acknowledge", "undo"}),
    ],
    ids=["dispatcher", "grid", "holder", "other seat", "sent", "dismissed", "integrator"],
)
def test_the_buttons_are_what_may_be_done_now(by: Actor, handling: Handling, has: set[str], has_not: set[str]) -> None:
    buttons = set(allowed(handling, live=True, by=by, now=T0 + timedelta(seconds=1)))
    assert has <= buttons
    assert not has_not & buttons
