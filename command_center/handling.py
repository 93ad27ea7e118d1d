"""What people do about an incident, as pure steps: acknowledge, claim, release, dispatch, file, close, undo."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from command_center.messages import Handling
from command_center.permissions import Right, Role, may
from contracts.actions import Actor
from contracts.errors import Refused

CONSOLE_ACTIONS = frozenset({"acknowledge", "claim", "release", "dispatch", "file_and_dispatch"})
"""the console's own; they never go through fusion"""
UNDOABLE = frozenset({
    "claim", "release", "dispatch", "file_and_dispatch", "confirm", "dismiss", "close", "merge", "split", "move",
    "link", "never_merge", "accept", "refuse", "relocate", "set_severity",
})  # fmt: skip
"""an acknowledgement is not: the sound has already been heard"""


@dataclass(frozen=True, slots=True)
class Step:
    """One action as asked for, with the limits that hold for it."""

    action_id: str
    action: str
    by: Actor
    display_name: str
    at: datetime
    revision: int
    unit: str = ""
    claim_for: timedelta = timedelta(minutes=5)
    undo_for: timedelta = timedelta(seconds=30)


def holder(handling: Handling, now: datetime) -> str | None:
    """Whose claim holds now; a claim ends by itself."""
    if handling.claimed_by and handling.claimed_until and handling.claimed_until > now:
        return handling.claimed_by
    return None


def take(handling: Handling, step: Step) -> Handling:
    """The handling after the step, with the offer to undo it.

    Raises:
        Refused: another seat holds the incident, it is closed already, or the step makes no sense now.
    """
    _refuse_if_held(handling, step)
    after = handling.model_copy(update=_EFFECTS.get(step.action, _no_effect)(handling, step))
    if step.action not in UNDOABLE:
        return after
    return after.model_copy(
        update={
            "undo_action_id": step.action_id,
            "undo_action": step.action,
            "undo_by": step.by.user,
            "undo_until": step.at + step.undo_for,
        }
    )


def undo(before: Handling, now: Handling, by: Actor, at: datetime, action_id: str) -> Handling:
    """The handling as it was before the step `action_id`, the newest one.

    Raises:
        Refused: it is not the newest step any more, was another person's, or its time is over.
    """
    if now.undo_action_id is None or now.undo_action_id != action_id:
        raise Refused("只能撤销最近一步 · only the newest step can be undone")
    if now.undo_until is None or at > now.undo_until:
        raise Refused("已过撤销时限 · the time to undo this step is over")
    if now.undo_by != by.user and by.role != Role.DUTY_LEADER:
        raise Refused("这一步是他人所为 · this step was another person's")
    return forget_undo(before).model_copy(
        update={
            "acknowledged_by": now.acknowledged_by,
            "acknowledged_at": now.acknowledged_at,
            "acknowledged_revision": now.acknowledged_revision,
        }
    )


def forget_undo(handling: Handling) -> Handling:
    """Without the offer to undo."""
    return handling.model_copy(
        update={"undo_action_id": None, "undo_action": "", "undo_by": "", "undo_until": None},
    )


def inherited(own: Handling, of_merged: Iterable[Handling]) -> Handling:
    """An incident that took in others keeps what people did about those: a car that was sent stays sent, and who had
    one of them has it."""
    if own.state != "waiting":
        return own
    others = list(of_merged)
    own = _claimed_by_one_of(own, others)
    sent = [one for one in others if one.state in ("dispatched", "filed")]
    if not sent:
        return own
    first = min(sent, key=lambda one: (one.dispatched_at is None, one.dispatched_at, one.order_no))
    return own.model_copy(
        update={
            "state": first.state, "unit": first.unit, "order_no": first.order_no, "dispatched_at": first.dispatched_at,
        }
    )  # fmt: skip


def _claimed_by_one_of(own: Handling, others: Iterable[Handling]) -> Handling:
    """With the claim among the others' that holds longest, where it has none of its own."""
    claims = [(one.claimed_until, one.claimed_by, one) for one in others if one.claimed_by and one.claimed_until]
    if own.claimed_by is not None or not claims:
        return own
    _, _, longest = max(claims, key=lambda claim: claim[:2])
    names = ("claimed_by", "claimed_name", "claimed_unit", "claimed_until")
    return own.model_copy(update={name: getattr(longest, name) for name in names})


def allowed(handling: Handling, *, live: bool, by: Actor, now: datetime) -> tuple[str, ...]:
    """The actions this person may take now, for the buttons."""
    if not live or handling.state == "closed":
        return ("undo",) if _may_undo(handling, by, now) else ()
    owner = holder(handling, now)
    held = owner is not None and owner != by.user and by.role != Role.DUTY_LEADER
    names = [name for name, right in _BUTTONS if may(by.role, right) and not (held and name in _HELD)]
    if owner == by.user and "claim" in names:
        names[names.index("claim") : names.index("claim") + 1] = ["claim", "release"]
    if handling.state in ("dispatched", "filed"):
        names = [name for name in names if name not in ("dispatch", "file_and_dispatch")]
    return (*names, "undo") if _may_undo(handling, by, now) else tuple(names)


_BUTTONS: tuple[tuple[str, Right], ...] = (
    ("acknowledge", Right.ACKNOWLEDGE), ("claim", Right.CLAIM), ("dispatch", Right.DISPATCH),
    ("file_and_dispatch", Right.FILE), ("confirm", Right.DECIDE), ("dismiss", Right.DECIDE), ("close", Right.DECIDE),
    ("set_severity", Right.DECIDE), ("merge", Right.CORRECT), ("split", Right.CORRECT), ("move", Right.CORRECT),
    ("never_merge", Right.CORRECT), ("accept", Right.CORRECT), ("refuse", Right.CORRECT),
    ("relocate", Right.CORRECT), ("link", Right.LINK),
)  # fmt: skip
_HELD = frozenset({"claim", "dispatch", "file_and_dispatch", "dismiss", "close"})
"""what another seat's claim keeps others from"""


def _may_undo(handling: Handling, by: Actor, now: datetime) -> bool:
    if handling.undo_action_id is None or handling.undo_until is None or now > handling.undo_until:
        return False
    return may(by.role, Right.ACKNOWLEDGE) and (handling.undo_by == by.user or by.role == Role.DUTY_LEADER)


def _refuse_if_held(handling: Handling, step: Step) -> None:
    if handling.state == "closed":
        raise Refused("该事件已关闭 · the incident is closed")
    owner = holder(handling, step.at)
    if step.action in _HELD and owner not in (None, step.by.user) and step.by.role != Role.DUTY_LEADER:
        raise Refused(f"{handling.claimed_name or owner} 已认领 · claimed by {handling.claimed_name or owner}")


def _no_effect(handling: Handling, step: Step) -> dict[str, object]:
    return {}


def _acknowledge(handling: Handling, step: Step) -> dict[str, object]:
    return {
        "acknowledged_by": step.by.user,
        "acknowledged_at": step.at,
        "acknowledged_revision": max(handling.acknowledged_revision, step.revision),
    }


def _claim(handling: Handling, step: Step) -> dict[str, object]:
    return {
        "claimed_by": step.by.user,
        "claimed_name": step.display_name,
        "claimed_unit": step.by.unit,
        "claimed_until": step.at + step.claim_for,
    }


def _release(handling: Handling, step: Step) -> dict[str, object]:
    if handling.claimed_by != step.by.user and step.by.role != Role.DUTY_LEADER:
        raise Refused("只有认领人能放开 · only who claimed it releases it")
    return {"claimed_by": None, "claimed_name": "", "claimed_unit": "", "claimed_until": None}


def _send(state: str, prefix: str) -> Callable[[Handling, Step], dict[str, object]]:
    def effect(handling: Handling, step: Step) -> dict[str, object]:
        if handling.state in ("dispatched", "filed"):
            raise Refused(f"已派给 {handling.unit} · already sent to {handling.unit}")
        return {
            "state": state,
            "unit": step.unit,
            "order_no": f"{prefix}{step.at:%Y%m%d}-{step.action_id[-6:].upper()}",
            "dispatched_at": step.at,
            **({} if handling.acknowledged_by else _acknowledge(handling, step)),
        }

    return effect


def _close(handling: Handling, step: Step) -> dict[str, object]:
    return {"state": "closed", **({} if handling.acknowledged_by else _acknowledge(handling, step))}


_EFFECTS: dict[str, Callable[[Handling, Step], dict[str, object]]] = {
    "acknowledge": _acknowledge,
    "claim": _claim,
    "release": _release,
    "dispatch": _send("dispatched", "PJ"),
    "file_and_dispatch": _send("filed", "LA"),
    "dismiss": _close,
    "close": _close,
}
