from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fusion.state import State, load_state
from tests.fusion.scene import Town, call, grid, petition, seen

ACTIONS = st.sampled_from([
    "confirm", "dismiss", "close", "merge", "split", "move", "link", "never_merge", "accept", "refuse", "relocate",
    "set_severity", "undo", "hear", "wait",
])  # fmt: skip
STEP = st.tuples(ACTIONS, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))


def town_of_five() -> Town:
    town = Town()
    town.hear(petition(), seen(), call(sigma=150), call("call-2", 100), grid(), seen("cam-2", 30, north=600))
    town.hear(call("call-3", 300, north=620), seen("cam-3", 40, north=-600), grid("grid-2", 500, north=-605))
    return town


def arguments(town: Town, name: str, one: int, two: int) -> dict[str, Any]:
    book = town.state.book
    signals, incidents = sorted(book.signals), sorted(book.incidents)
    signal, incident = signals[one % len(signals)], incidents[two % len(incidents)]
    acts = sorted(book.acts) or ["none"]
    return {
        "merge": {"other": incident}, "never_merge": {"other": incident}, "move": {"signal_id": signal, "to": incident},
        "split": {"signal_ids": [signal, signals[two % len(signals)]]}, "link": {"signal_id": signal},
        "accept": {"signal_id": signal}, "refuse": {"signal_id": signal}, "relocate": {"lat": 34.33, "lon": 118.0},
        "set_severity": {"severity": 1 + two % 4}, "undo": {"action_id": acts[one % len(acts)]},
    }.get(name, {})  # fmt: skip


def check(state: State) -> None:
    for name, heard in state.book.signals.items():
        if heard.source != "petition":
            assert heard.incident is not None
            assert name in state.book.incidents[heard.incident].seats
    for name, incident in state.book.incidents.items():
        assert (incident.merged_into is None) == bool(incident.seats)
        if incident.merged_into is not None:
            target = state.book.incidents[incident.merged_into]
            assert name in target.redirects
        assert all(name in state.book.incidents[other].never_with for other in incident.never_with)
    assert load_state(state.dump()).dump() == state.dump()


@given(st.lists(STEP, max_size=12))
@settings(max_examples=150)
def test_whatever_people_do_every_signal_sits_somewhere_and_every_id_leads_on(
    steps: list[tuple[str, int, int, int]],
) -> None:
    town = town_of_five()
    for name, which, one, two in steps:
        if name == "wait":
            town.wait(600)
        elif name == "hear":
            town.hear(seen(f"more-{one}", 60 * two, north=100 * one))
        else:
            incident = town.incidents[sorted(town.state.book.incidents)[which % len(town.state.book.incidents)]]
            town.act(name, incident, reason="误检", **arguments(town, name, one, two))
        check(town.state)
