"""Of several that might take a signal in: which one does, and that it is told why."""

import math

import pytest

from tests.fusion.scene import Town, call, seen


@pytest.mark.parametrize("closed", [1, 6])
@pytest.mark.parametrize("north", [195, 205, 215])
def test_what_joins_another_is_told_why_however_much_likelier_those_are_that_a_person_closed(
    closed: int, north: int
) -> None:
    town, words = Town(), ("红色轿车", "护栏", "东门", "白色货车", "浓烟")
    town.hear(seen("live", 300, north=north, sigma=30, event_type="traffic_accident_suspected"))
    town.hear(call("live-2", 400, north=north + 10, event_type="call_traffic"))
    for number in range(closed):
        names = [f"{number}-{call_no}" for call_no in range(3)]
        town.hear(
            *[call(name, 10, north=0, east=0, sigma=10, event_type="call_traffic", words=words) for name in names]
        )
        assert town.act("close", town.of(call(names[0]))).accepted
    decision = town.hear(call("x", 500, north=10, sigma=40, event_type="call_traffic", words=words))
    assert decision.chosen == "provisional"
    assert decision.incident_id == town.of(seen("live")).incident_id
    joined = {one.incident_id: one for one in decision.candidates}[decision.incident_id or ""]
    assert decision.terms == joined.terms
    assert math.fsum(decision.terms.values()) == pytest.approx(joined.score, abs=1e-6)
