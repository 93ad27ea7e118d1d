"""Carrying out what a person asked for on an incident: the console's own at once, the rest as an action to fusion."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from command_center.across import addressed, named_other
from command_center.handling import CONSOLE_ACTIONS, Step, forget_undo, take, undo
from command_center.messages import ActionAnswer, ActionRequest, Handling
from command_center.permissions import ACTION_RIGHTS, may
from command_center.ports import ConsoleConfig
from command_center.problems import Problem
from command_center.sign_in import Operator
from command_center.store.audit import Entry
from command_center.store.desk import Desk, Desks, Logged
from contracts.actions import Action, ActionResult, Actor
from contracts.bus import Record
from contracts.errors import Refused
from contracts.incidents import Incident, IncidentState
from contracts.outbox import Pending
from contracts.rejected import FieldError
from contracts.topics import ACTIONS, partition_of
from contracts.wire import encode

ActionStatus = Literal["done", "accepted"]
_REASONED = frozenset({"dismiss"})
_ARGUMENTS: Mapping[str, tuple[tuple[str, type | tuple[type, ...], str], ...]] = {
    "dispatch": (("unit", str, "a code of /api/units, or a unit's name"),),
    "file_and_dispatch": (("unit", str, "a code of /api/units, or a unit's name"),),
    "merge": (("other", str, "the other incident's id"),),
    "never_merge": (("other", str, "the other incident's id"),),
    "split": (("signal_ids", list, "the signals that are another happening"),),
    "move": (("signal_id", str, "the signal to move"), ("to", str, "the incident that it belongs to")),
    "link": (("signal_id", str, "the dispute's or petition's signal"),),
    "accept": (("signal_id", str, "the signal that waits for a person"),),
    "refuse": (("signal_id", str, "the signal that waits for a person"),),
    "relocate": (("lat", (int, float), "WGS-84 degrees"), ("lon", (int, float), "WGS-84 degrees")),
    "set_severity": (("severity", int, "1 to 4, 1 is the gravest"),),
}
"""What an action cannot be understood without; fusion checks what it means."""


@dataclass(frozen=True, slots=True)
class ActionDesk:
    """Where actions are taken. `acted` is told of each that fusion will answer."""

    desks: Desks
    config: ConsoleConfig
    clock: Callable[[], datetime]
    unit_name: Callable[[str], str]
    acted: Callable[[str, str], None]

    async def act(self, incident_id: str, request: ActionRequest, operator: Operator) -> ActionAnswer:
        """Once, however often it is sent.

        Raises:
            Problem: 403 not this role's, 404 no such incident, 409 its ground has gone, 422 it cannot be understood.
        """
        check(request, operator.role)
        async with self.desks.open(incident_id) as desk:
            standing = await desk.standing(request.action_id)
            if standing.logged is not None:
                return await self._again(desk, standing.logged, request, operator)
            if standing.incident is None:
                raise Problem(404, "There is no such incident.")
            try:
                status = await self._take(desk, standing.incident, standing.handling, request, operator)
            except Refused as refusal:
                raise await conflict(desk, standing.incident, request, str(refusal)) from None
            row = (await desk.row()).seen_by(operator.view)
            await desk.tell(request.action, self.clock())
        if status == "accepted":
            self.acted(request.action_id, operator.login)
        return ActionAnswer(action_id=request.action_id, status=status, row=row)

    async def answered(self, result: ActionResult) -> None:
        """Fusion's answer: a refused dismissal or closing opens the handling again, a refused undo keeps what was, and
        the history says why."""
        incident_id = None if result.accepted else await self.desks.incident_of(result.action_id)
        if incident_id is None:
            return
        async with self.desks.open(incident_id) as desk:
            standing = await desk.standing(result.action_id)
            line = standing.logged
            if line is None or line.before is None:
                return
            if not await desk.mark_undone(line.action_id, "fusion", refused=result.why):
                return
            if standing.handling == line.after:
                await desk.save(forget_undo(line.before))
            await desk.tell("refused", self.clock())

    async def _take(
        self, desk: Desk, incident: Incident, before: Handling, request: ActionRequest, operator: Operator
    ) -> ActionStatus:
        now, by = self.clock(), operator.actor
        refuse_if_gone(incident, request)
        if request.action == "undo":
            return await self._undo(desk, incident, before, request, operator)
        step = Step(
            action_id=request.action_id, action=request.action, by=by, display_name=operator.display_name, at=now,
            revision=incident.revision if request.expected_revision == 0 else request.expected_revision,
            unit=self.unit_name(str(request.arguments.get("unit", ""))), claim_for=self.config.claim_for,
            undo_for=self.config.undo_for,
        )  # fmt: skip
        return await self._write(desk, incident, request, by, before, take(before, step), request.action)

    async def _undo(
        self, desk: Desk, incident: Incident, now: Handling, request: ActionRequest, operator: Operator
    ) -> ActionStatus:
        action_id = str(request.arguments.get("action_id") or now.undo_action_id or "")
        line = await desk.logged(action_id)
        if line is None or line.before is None:
            raise Refused("没有可撤销的 · there is nothing to undo")
        after = undo(line.before, now, operator.actor, self.clock(), action_id)
        if not await desk.mark_undone(action_id, request.action_id):
            raise Refused("已撤销过 · it was undone already")
        request = request.model_copy(update={"arguments": {"action_id": action_id}})
        return await self._write(desk, incident, request, operator.actor, now, after, line.action)

    async def _write(
        self, desk: Desk, incident: Incident, request: ActionRequest, by: Actor, before: Handling, after: Handling,
        meant: str,
    ) -> ActionStatus:  # fmt: skip
        """`meant`: the action itself, or the one that is undone; who carries that out is told."""
        now, own = self.clock(), meant in CONSOLE_ACTIONS
        line = Logged(
            action_id=request.action_id, incident_id=desk.incident_id, action=request.action, login=by.user, at=now,
            reason=request.reason, arguments=request.arguments, before=before, after=after,
        )  # fmt: skip
        detail = {"action_id": request.action_id, "revision": request.expected_revision, **request.arguments}
        entry = Entry(now, by, f"action.{request.action}", desk.incident_id, request.reason, detail)
        await desk.taken(line, entry, None if own else await self._to_fusion(desk, incident, request, by))
        return "done" if own else "accepted"

    async def _to_fusion(self, desk: Desk, incident: Incident, request: ActionRequest, by: Actor) -> Pending:
        now = self.clock()
        action = Action.model_validate({
            "action_id": request.action_id, "incident_id": incident.incident_id, "district": incident.district,
            "expected_revision": request.expected_revision, "action": request.action, "by": by, "at": now,
            "reason": request.reason, "arguments": request.arguments,
        })  # fmt: skip
        if (name := named_other(request)) is not None:
            action = addressed(incident, await desk.incident(name), action)
        value = encode(
            action, event_id=request.action_id, source="/console", event_type=ACTIONS.event_type, time=now,
            subject=action.incident_id,
        )  # fmt: skip
        partition = partition_of(action.district, self.config.partitions, ACTIONS.partitions)
        return Pending(f"action|{request.action_id}", Record(ACTIONS, action.district, value, partition))

    async def _again(self, desk: Desk, before: Logged, request: ActionRequest, operator: Operator) -> ActionAnswer:
        if before.incident_id != desk.incident_id or before.action != request.action:
            raise Problem(409, "This action_id was used for another action.")
        own = request.action in CONSOLE_ACTIONS
        row = (await desk.row()).seen_by(operator.view)
        return ActionAnswer(action_id=request.action_id, status="done" if own else "accepted", row=row)


def check(request: ActionRequest, role: str) -> None:
    """Whether the request can be understood at all, and is this role's to make.

    Raises:
        Problem: 403 or 422.
    """
    right = ACTION_RIGHTS.get(request.action)
    if right is None:
        raise _unreadable("action", "unknown", " | ".join(ACTION_RIGHTS))
    if not may(role, right):
        raise Problem(403, f"The role {role} may not {request.action}.")
    for name, expected, hint in _ARGUMENTS.get(request.action, ()):
        value = request.arguments.get(name)
        if not isinstance(value, expected) or isinstance(value, bool) or value in ("", []):
            raise _unreadable(f"arguments.{name}", "missing or of the wrong type", hint)
    if request.action in _REASONED and not request.reason.strip():
        raise _unreadable("reason", "missing", "a dismissal is kept with its reason")


def refuse_if_gone(incident: Incident, request: ActionRequest) -> None:
    """What the person looked at must still be what is there. What only concerns people (acknowledge, claim, release,
    dispatch, filing) holds at any revision, since a signal more changes nothing about it; what corrects fusion does
    not.

    Raises:
        Refused: it was merged, or closed, or its revision has passed.
    """
    if request.action == "undo":
        return
    if incident.state is IncidentState.MERGED:
        raise Refused(
            f"该事件已并入 {_label(incident.merged_into)} · it was merged into {_label(incident.merged_into)}"
        )
    if incident.state in (IncidentState.CLOSED, IncidentState.REJECTED):
        raise Refused("该事件已关闭 · it is closed")
    if request.action not in CONSOLE_ACTIONS and request.expected_revision != incident.revision:
        raise Refused(
            f"你看的是第 {request.expected_revision} 版，现已是第 {incident.revision} 版，请看过再操作 · "
            f"revision {request.expected_revision} has passed, it is {incident.revision} now"
        )


def _label(incident_id: str | None) -> str:
    return f"INC-{(incident_id or '')[:6].upper()}"


async def conflict(desk: Desk, incident: Incident, request: ActionRequest, why: str) -> Problem:
    """409, with what changed since the revision that the person looked at."""
    row = await desk.row()
    return Problem(
        409,
        why,
        revision=incident.revision,
        merged_into=incident.merged_into,
        changed=await desk.changed_since(request.expected_revision),
        handling=row.row.handling.model_dump(mode="json"),
    )


def _unreadable(field: str, reason: str, hint: str) -> Problem:
    return Problem(422, "The action cannot be understood.", errors=[FieldError(field=field, reason=reason, hint=hint)])
