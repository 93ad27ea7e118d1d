"""What a suppression hides, what it never hides, and when it ends."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.messages import Handling
from command_center.permissions import Role
from command_center.suppression import Claim, Limits, SuppressionRequest, covers, faults, hidden_by, hits, next_state
from contracts.geo import Place
from contracts.incidents import IncidentState
from contracts.kinds import Kind, Severity
from contracts.signals import Signal
from tests.command_center.seeding import HERE, T0, call, incident, report, sight
from tests.command_center.suppressing import AROUND, claims, suppression

FAR = Place(lat=HERE.lat + 0.01, lon=HERE.lon, sigma_m=9.0)
HOUR = timedelta(hours=1)


def hiding(
    *signals: Signal, handling: Handling | None = None, rules: tuple[object, ...] | None = None, **more: object
) -> tuple[str, ...]:
    active = [suppression()] if rules is None else list(rules)
    found = claims(signals)
    return hidden_by(incident(1, *signals, **more), handling or Handling(), found, hits(active, found))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("signal", "covered"),
    [
        (sight(), True),
        (sight(observed_at=T0 + HOUR - timedelta(seconds=1)), True),
        (sight(observed_at=T0 + HOUR), False),
        (sight(observed_at=T0 - timedelta(seconds=1)), False),
        (sight(place=FAR), False),
        (sight(kind=Kind.FIRE), False),
        (sight(severity=Severity.LEVEL_2), True),
        (sight(severity=Severity.LEVEL_1), False),
        (sight(exercise=False), False),
        (call(kind=Kind.CROWD), False),
    ],
    ids=[
        "its own", "its last second", "its end", "before it", "outside", "another kind", "level 2", "level 1",
        "a real one in a drill", "another source",
    ],
)  # fmt: skip
def test_a_signal_is_covered_by_place_time_kind_source_and_drill(signal: Signal, covered: bool) -> None:
    assert covers(suppression(), claims([signal])[0]) is covered


def test_a_row_is_hidden_while_each_of_its_signals_is_covered() -> None:
    assert hiding(sight(1), sight(2)) == ("quiet",)


@pytest.mark.parametrize(
    "signals",
    [
        (sight(1), call(1, kind=Kind.CROWD)), (sight(1), report(1)), (sight(1), sight(2, place=FAR)),
        (sight(1), sight(2, severity=Severity.LEVEL_1)), (),
    ],
    ids=["a call", "a grid report", "a sight outside", "a grave one", "no signal"],
)  # fmt: skip
def test_one_signal_that_is_not_covered_shows_the_row(signals: tuple[Signal, ...]) -> None:
    assert hiding(*signals) == ()


@pytest.mark.parametrize(
    ("handling", "more"),
    [
        (Handling(state="dispatched"), {}), (Handling(claimed_by="somebody"), {}),
        (Handling(), {"state": IncidentState.CONFIRMED}), (Handling(), {"severity": Severity.LEVEL_1}),
    ],
    ids=["a unit was sent", "claimed", "confirmed", "raised to level 1 by a person"],
)  # fmt: skip
def test_what_a_person_has_in_hand_is_never_hidden(handling: Handling, more: dict[str, object]) -> None:
    assert hiding(sight(1), handling=handling, **more) == ()


def test_two_suppressions_may_hide_a_row_together_and_both_are_named() -> None:
    other = suppression("calls", sources=("police_110",), kinds=(Kind.VIOLENCE,))
    assert hiding(sight(1), call(1), rules=(suppression(), other)) == ("calls", "quiet")


def test_a_signal_of_which_nothing_is_known_shows_the_row() -> None:
    found = claims([sight(1)])
    assert hidden_by(incident(1, sight(1), sight(2)), Handling(), found, hits([suppression()], found)) == ()


def test_covered_signals_are_counted_even_in_a_row_that_shows() -> None:
    found = claims([sight(1), call(1)])
    assert hits([suppression()], found) == (("quiet", "cam-1"),)


@given(st.data())
def test_whatever_is_drawn_a_hidden_row_has_no_grave_and_no_uncovered_signal(data: st.DataObject) -> None:
    def some_claim(number: int) -> Claim:
        return Claim(
            f"s{number}", data.draw(st.sampled_from(["camera", "police_110", "grid"])),
            data.draw(st.sampled_from([Kind.CROWD, Kind.FIRE])), data.draw(st.sampled_from(Severity)),
            T0 + timedelta(minutes=data.draw(st.integers(-90, 90))), HERE.lat + data.draw(st.floats(-0.004, 0.004)),
            HERE.lon, data.draw(st.booleans()),
        )  # fmt: skip

    found = [some_claim(number) for number in range(data.draw(st.integers(1, 4)))]
    rules = [
        suppression(
            f"r{n}", kinds=data.draw(st.sampled_from([(Kind.CROWD,), (Kind.CROWD, Kind.FIRE)])),
            sources=data.draw(st.sampled_from([("camera",), ("camera", "police_110", "grid")])),
            exercise=data.draw(st.booleans()),
        )
        for n in range(data.draw(st.integers(0, 3)))
    ]  # fmt: skip
    members = [sight(1, signal_id=one.signal_id, severity=one.severity) for one in found]
    hidden = hidden_by(incident(1, *members), Handling(), found, hits(rules, found))
    covered = all(any(covers(rule, one) for rule in rules) for one in found)
    assert bool(hidden) == covered
    if hidden:
        assert min(one.severity for one in found) > Severity.LEVEL_1
        assert set(hidden) == {rule.suppression_id for rule in rules if any(covers(rule, one) for one in found)}


@given(st.lists(st.sampled_from(["r0", "r1", "r2"]), unique=True))
def test_one_suppression_more_never_shows_what_was_hidden(names: list[str]) -> None:
    found = claims([sight(1), sight(2)])
    fewer = hidden_by(incident(1, sight(1), sight(2)), Handling(), found, hits(map(suppression, names), found))
    more = hidden_by(incident(1, sight(1), sight(2)), Handling(), found, hits(map(suppression, [*names, "x"]), found))
    assert set(fewer) <= set(more)
    assert more


# ── its life


@pytest.mark.parametrize(
    ("minutes", "hit_after", "expected"),
    [
        (-1, None, ("planned", "")), (0, None, ("active", "")), (29, None, ("active", "")),
        (30, None, ("ended", "idle")), (30, 1, ("active", "")),
        (31, 1, ("ended", "idle")), (59, 40, ("active", "")), (60, 40, ("ended", "expired")),
        (60, 59, ("ended", "expired")),
    ],
)  # fmt: skip
def test_it_begins_ends_and_ends_early_when_idle(
    minutes: int, hit_after: int | None, expected: tuple[str, str]
) -> None:
    hit = None if hit_after is None else T0 + timedelta(minutes=hit_after)
    limits = Limits(idle=timedelta(minutes=30))
    assert next_state(suppression(), T0 + timedelta(minutes=minutes), hit, limits) == expected


def test_without_the_setting_it_keeps_its_whole_time() -> None:
    limits = Limits(idle=timedelta())
    assert next_state(suppression(), T0 + timedelta(minutes=59), None, limits) == ("active", "")


@given(st.integers(-100, 200), st.integers(0, 200), st.one_of(st.none(), st.integers(0, 59)))
def test_what_has_ended_never_comes_back(first: int, later: int, hit: int | None) -> None:
    limits = Limits(idle=timedelta(minutes=30))
    at = None if hit is None else T0 + timedelta(minutes=hit)
    state, _ = next_state(suppression(), T0 + timedelta(minutes=first), at, limits)
    if state == "ended":
        over = suppression(state="ended", ended_why="person")
        assert next_state(over, T0 + timedelta(minutes=first + later), at, limits) == ("ended", "person")


# ── what may be ordered


def wanted(**more: object) -> SuppressionRequest:
    return SuppressionRequest.model_validate({
        "polygon": AROUND, "ends_at": T0 + HOUR, "kinds": ("crowd",), "sources": ("camera",), "reason": "广场舞比赛",
        **more,
    })  # fmt: skip


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({}, None),
        ({"ends_at": T0 + timedelta(hours=72)}, None),
        ({"ends_at": T0 + timedelta(hours=72, seconds=1)}, "ends_at"),
        ({"ends_at": T0}, "ends_at"),
        ({"starts_at": T0 + HOUR, "ends_at": T0 + HOUR}, "ends_at"),
        ({"reason": " 比赛 "}, "reason"),
        ({"kinds": ("crowd", "device")}, "kinds"),
        ({"sources": ("police_110",)}, "sources"),
        ({"polygon": AROUND[:2]}, "polygon"),
        ({"polygon": (AROUND[0], AROUND[2], AROUND[1], AROUND[3])}, "polygon"),
        ({"polygon": ((34.0, 118.0), (34.1, 118.0), (34.1, 118.1))}, "polygon"),
        ({"polygon": (AROUND[0], AROUND[0], AROUND[0])}, "polygon"),
        ({"polygon": ((float("nan"), 118.0), (34.1, 118.0), (34.1, 118.1))}, "polygon"),
    ],
    ids=[
        "good", "the longest", "too long", "no time", "a plan without time", "no reason", "a dead camera", "calls",
        "two corners", "crosses itself", "too large", "a point", "no number",
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_order_is_said(more: dict[str, object], field: str | None) -> None:
    found = faults(wanted(**more), Role.GRID_OPERATOR, T0, Limits())
    assert [one.field for one in found] == ([field] if field else [])
    assert all(one.hint for one in found)


def test_only_the_duty_leader_hides_calls() -> None:
    assert faults(wanted(sources=("police_110",)), Role.DUTY_LEADER, T0, Limits()) == []
