from datetime import timedelta

import pytest

from contracts.incidents import IncidentState
from fusion.engine import next_due
from tests.fusion.scene import START, Town, at, call, dispute, grid, seen

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


def state_after(town: Town, seconds: float) -> IncidentState:
    """After so much silence from now on, with the ticks that a worker would make on the way."""
    end = town.now + timedelta(seconds=seconds)
    while (due := next_due(town.state)) is not None and due <= end:
        town.wait((due - town.now).total_seconds())
    town.now = end
    return town.incidents[next(iter(town.incidents))].state


@pytest.mark.parametrize(
    ("signals", "cools_s", "closes_s"),
    [
        pytest.param([seen()], 1 * HOUR, 6 * HOUR, id="a camera"),
        pytest.param([seen(ended_at=at(10))], 5 * MINUTE, 30 * MINUTE, id="a camera that saw it end"),
        pytest.param([call()], 1 * HOUR, 6 * HOUR, id="a call"),
        pytest.param([grid(kind="crowd")], 1 * HOUR, 8 * HOUR, id="a grid report"),
        pytest.param([grid(event_type="grid_street_order")], 1 * HOUR, 14 * DAY, id="a condition that people reported"),
        pytest.param([seen(ended_at=at(10)), call()], 1 * HOUR, 6 * HOUR, id="a call keeps what a camera saw end"),
    ],
)  # fmt: skip
def test_silence_cools_and_closes(signals: list[object], cools_s: float, closes_s: float) -> None:
    for silence, expected in (
        (cools_s - 1, {IncidentState.TENTATIVE, IncidentState.OPEN}),
        (cools_s + 1, {IncidentState.COOLING}),
        (closes_s - 1, {IncidentState.COOLING}),
        (closes_s + 1, {IncidentState.CLOSED}),
    ):
        town = Town()
        town.hear(*signals)  # type: ignore[arg-type]
        assert state_after(town, silence) in expected


def test_a_new_signal_warms_a_cooling_incident() -> None:
    town = Town()
    town.hear(seen(ended_at=at(10)))
    assert state_after(town, 10 * MINUTE) is IncidentState.COOLING
    town.hear(seen("cam-2", 11 * MINUTE, north=5))
    assert town.of(seen("cam-2")).state is IncidentState.OPEN


def test_a_confirmed_incident_outlives_the_silence_of_others() -> None:
    town = Town()
    town.hear(seen())
    town.act("confirm", town.of(seen()))
    assert state_after(town, 23 * HOUR) is IncidentState.CONFIRMED
    assert state_after(town, 2 * HOUR) is IncidentState.COOLING
    assert state_after(town, 48 * HOUR) is IncidentState.CLOSED


def test_closed_by_silence_reopens_only_for_what_happened_before() -> None:
    for happened, reopens in ((300, True), (2500, False)):
        town = Town()
        town.hear(seen(ended_at=at(600), received_at=at(601)))
        assert state_after(town, 31 * MINUTE) is IncidentState.CLOSED
        decision = town.hear(grid("late", happened, kind="crowd", received_at=town.now))
        assert (decision.chosen in ("join", "provisional")) is reopens
        assert bool(decision.constraints) is not reopens
        assert town.of(seen()).state is (IncidentState.OPEN if reopens else IncidentState.CLOSED)


def test_an_update_reopens_what_silence_closed_unless_it_only_ends_it() -> None:
    town = Town()
    town.hear(seen())
    assert state_after(town, 7 * HOUR) is IncidentState.CLOSED
    town.hear(seen(update=1, ended_at=at(100), received_at=town.now))
    assert town.of(seen()).state is IncidentState.CLOSED
    town.hear(seen(update=2, received_at=town.now))
    assert town.of(seen()).state is IncidentState.TENTATIVE


def test_a_day_after_closing_an_incident_leaves_the_memory() -> None:
    town = Town()
    town.hear(seen(), dispute())
    state_after(town, 31 * HOUR)
    assert not town.state.book.incidents
    assert list(town.state.book.signals) == ["dispute-1"]
    state_after(town, 31 * DAY)
    assert not town.state.book.signals
    assert next_due(town.state) is None


def test_a_tick_is_asked_for_when_the_next_silence_ends() -> None:
    town = Town()
    assert next_due(town.state) is None
    town.hear(seen())
    assert next_due(town.state) == START + timedelta(seconds=1, hours=1)
    town.hear(call())
    assert next_due(town.state) == START + timedelta(seconds=54, hours=1)
