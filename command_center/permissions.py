"""Who may see and do what: the roles of `domain.md` (c.5) against rights; a table and two questions, nothing else."""

from enum import StrEnum
from typing import Literal


class Role(StrEnum):
    """The roles, as the `users` table names them."""

    DISPATCHER = "dispatcher"
    DUTY_LEADER = "duty_leader"
    GRID_OPERATOR = "grid_operator"
    GRID_WORKER = "grid_worker"
    UNIT_HANDLER = "unit_handler"
    INTEGRATOR = "integrator"
    SUPERVISOR = "supervisor"
    SYS_ADMIN = "sys_admin"
    SEC_ADMIN = "sec_admin"
    AUDITOR = "auditor"


ROLE_NAMES: dict[Role, tuple[str, str]] = {
    Role.DISPATCHER: ("接警员", "110 dispatcher"),
    Role.DUTY_LEADER: ("值班长", "Duty leader"),
    Role.GRID_OPERATOR: ("网格受理员", "Grid operator"),
    Role.GRID_WORKER: ("网格员", "Grid worker"),
    Role.UNIT_HANDLER: ("处置单位", "Handling unit"),
    Role.INTEGRATOR: ("运维集成", "Integrator"),
    Role.SUPERVISOR: ("督查", "Supervisor"),
    Role.SYS_ADMIN: ("系统管理员", "System administrator"),
    Role.SEC_ADMIN: ("安全管理员", "Security administrator"),
    Role.AUDITOR: ("审计员", "Auditor"),
}


class Right(StrEnum):
    """What a route or an action asks for. The browser is told its own in `Me.rights`."""

    INCIDENTS = "incidents"
    CONFIDENTIAL = "confidential"
    """see the text of confidential calls (P17)"""
    ACKNOWLEDGE = "acknowledge"
    CLAIM = "claim"
    DISPATCH = "dispatch"
    """the 110 side: send a police unit"""
    FILE = "file"
    """the grid side: file a case and send a unit"""
    DECIDE = "decide"
    """confirm, dismiss, close, set the level"""
    CORRECT = "correct"
    """merge, split, move, accept, refuse, never merge, relocate"""
    LINK = "link"
    LEARN = "learn"
    """look at parameter versions, put them into force, take them back"""
    SUPPRESS = "suppress"
    """hide the rows of an area for a while"""
    CALLER_MASKED = "caller_masked"
    CALLER_REVEAL = "caller_reveal"
    CAMERAS = "cameras"
    CONFIGURE = "configure"
    """add, change, remove and try out cameras"""
    PICTURES = "pictures"
    EVIDENCE = "evidence"
    WORK_ITEMS = "work_items"
    SOURCES = "sources"
    REJECTED = "rejected"
    RETRY = "retry"
    MAP = "map"
    AUDIT = "audit"


_SEAT = frozenset({
    Right.INCIDENTS, Right.ACKNOWLEDGE, Right.CLAIM, Right.DECIDE, Right.CORRECT, Right.LINK, Right.CALLER_MASKED,
    Right.CAMERAS, Right.PICTURES, Right.EVIDENCE, Right.WORK_ITEMS, Right.SOURCES, Right.MAP,
})  # fmt: skip
_POLICE = frozenset({Right.CONFIDENTIAL, Right.CALLER_REVEAL, Right.DISPATCH})

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.DISPATCHER: _SEAT | _POLICE,
    Role.DUTY_LEADER: _SEAT | _POLICE | {Right.FILE, Right.REJECTED, Right.SUPPRESS, Right.LEARN},
    Role.GRID_OPERATOR: _SEAT | {Right.FILE, Right.SUPPRESS},
    Role.GRID_WORKER: frozenset({Right.INCIDENTS, Right.MAP}),
    Role.UNIT_HANDLER: frozenset({Right.INCIDENTS, Right.MAP}),
    Role.INTEGRATOR: frozenset({
        Right.CAMERAS, Right.CONFIGURE, Right.PICTURES, Right.SOURCES, Right.REJECTED, Right.RETRY, Right.MAP,
        Right.LEARN,
    }),
    Role.SUPERVISOR: frozenset({
        Right.INCIDENTS, Right.EVIDENCE, Right.CAMERAS, Right.WORK_ITEMS, Right.SOURCES, Right.MAP,
    }),
    Role.SYS_ADMIN: frozenset({Right.SOURCES}),
    Role.SEC_ADMIN: frozenset({Right.SOURCES}),
    Role.AUDITOR: frozenset({Right.AUDIT}),
}  # fmt: skip
"""The three administrators (三员) exclude one another and see neither video nor personal fields."""

ACTION_RIGHTS: dict[str, Right] = {
    "acknowledge": Right.ACKNOWLEDGE,
    "claim": Right.CLAIM,
    "release": Right.CLAIM,
    "dispatch": Right.DISPATCH,
    "file_and_dispatch": Right.FILE,
    "confirm": Right.DECIDE,
    "dismiss": Right.DECIDE,
    "close": Right.DECIDE,
    "set_severity": Right.DECIDE,
    "merge": Right.CORRECT,
    "split": Right.CORRECT,
    "move": Right.CORRECT,
    "never_merge": Right.CORRECT,
    "accept": Right.CORRECT,
    "refuse": Right.CORRECT,
    "relocate": Right.CORRECT,
    "link": Right.LINK,
    "undo": Right.ACKNOWLEDGE,
}

View = Literal["police", "street", "none"]
"""What of the board a seat is sent. police: everything. street: no text of confidential calls, and no incident that
consists of nothing else. none: no incident at all."""


def rights_of(role: str) -> frozenset[Right]:
    """The rights of a role; an unknown one has none."""
    return RIGHTS[Role(role)] if role in Role.__members__.values() else frozenset()


def may(role: str, right: Right) -> bool:
    """Whether the role holds the right."""
    return right in rights_of(role)


def view_of(role: str) -> View:
    """Which of the three views of the board the role is sent."""
    if not may(role, Right.INCIDENTS):
        return "none"
    return "police" if may(role, Right.CONFIDENTIAL) else "street"
