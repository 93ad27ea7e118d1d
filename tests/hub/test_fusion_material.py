"""What a fit reads: nothing of a drill where anything real was heard."""

from datetime import timedelta

import pytest

from fusion.recording import Line, read_line
from hub.cli.fusion_material import without_drills
from tests.fusion.scene import START, Town, action_bytes, seen, signal_bytes


def heard(*drills: bool) -> list[Line]:
    return [read_line(signal_bytes(seen(f"s{n}", n, exercise=drill))) for n, drill in enumerate(drills)]


@pytest.mark.parametrize(
    ("drills", "kept"),
    [((True, False, True), 1), ((False, False), 2), ((True, True), 2), ((), 0)],
    ids=["both", "the real", "nothing but a drill", "nothing"],
)
def test_a_drill_teaches_nothing_beside_the_real(drills: tuple[bool, ...], kept: int) -> None:
    assert len(without_drills(heard(*drills))) == kept


def test_what_people_did_stays() -> None:
    action = read_line(action_bytes(Town().action("confirm", "x", 1)))
    assert action.arrived_at - START < timedelta(days=1)
    assert without_drills([*heard(True, False), action])[-1] is action
