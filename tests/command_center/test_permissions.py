import pytest

from command_center.handling import CONSOLE_ACTIONS, UNDOABLE
from command_center.permissions import ACTION_RIGHTS, RIGHTS, ROLE_NAMES, Right, Role, rights_of, view_of

PERSONAL = {Right.CALLER_MASKED, Right.CALLER_REVEAL, Right.CONFIDENTIAL}
VIDEO = {Right.PICTURES, Right.EVIDENCE}
ACTS = set(ACTION_RIGHTS.values())


def test_every_role_has_rights_and_names() -> None:
    assert set(RIGHTS) == set(ROLE_NAMES) == set(Role)


def test_every_action_asks_for_a_right() -> None:
    assert CONSOLE_ACTIONS | UNDOABLE | {"undo"} <= set(ACTION_RIGHTS)


@pytest.mark.parametrize("role", [Role.SYS_ADMIN, Role.SEC_ADMIN, Role.AUDITOR])
def test_the_three_administrators_see_neither_video_nor_personal_fields_nor_incidents(role: Role) -> None:
    assert not RIGHTS[role] & (PERSONAL | VIDEO | ACTS | {Right.INCIDENTS})


def test_only_the_auditor_reads_the_audit_and_reads_nothing_else() -> None:
    assert [role for role in Role if Right.AUDIT in RIGHTS[role]] == [Role.AUDITOR]
    assert RIGHTS[Role.AUDITOR] == {Right.AUDIT}


@pytest.mark.parametrize("role", [Role.INTEGRATOR, Role.SUPERVISOR, Role.GRID_WORKER, Role.UNIT_HANDLER])
def test_these_see_no_caller_at_all(role: Role) -> None:
    assert not RIGHTS[role] & PERSONAL


def test_the_grid_side_sees_callers_masked_only() -> None:
    assert RIGHTS[Role.GRID_OPERATOR] & PERSONAL == {Right.CALLER_MASKED}


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.DUTY_LEADER])
def test_the_police_side_may_reveal(role: Role) -> None:
    assert RIGHTS[role] >= PERSONAL


@pytest.mark.parametrize(
    ("role", "view"),
    [
        ("dispatcher", "police"),
        ("duty_leader", "police"),
        ("grid_operator", "street"),
        ("supervisor", "street"),
        ("integrator", "none"),
        ("auditor", "none"),
        ("somebody", "none"),
    ],
)
def test_the_board_comes_in_three_views(role: str, view: str) -> None:
    assert view_of(role) == view


def test_an_unknown_role_may_nothing() -> None:
    assert rights_of("somebody") == frozenset()
