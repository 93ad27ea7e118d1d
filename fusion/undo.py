"""Undo: signals go back where they sat, fields to what they were; signals that came since stay where they came to."""

from contracts.errors import Refused
from fusion.book import Act, Happening, Undone
from fusion.crossing import adopt_id, send_back
from fusion.reassociate import change, lead_on
from fusion.seating import leave_seat, recount, take_seat
from fusion.turn import Turn


def undo(turn: Turn, action_id: str) -> None:
    """Take back one action.

    Raises:
        Refused: it is not known, was undone before, or a later action stands on it. Nothing was changed.
    """
    acts = turn.state.book.acts
    act = acts.get(action_id) or acts.get(adopt_id(action_id))
    if act is None:
        raise Refused("没有这一步，或已过撤销时限 · no such action, or it is too long ago")
    if act.action == "undo":
        raise Refused("撤销不能再撤销，请重新操作 · an undo cannot be undone: do it again")
    if act.undone:
        raise Refused("这一步已撤销 · that was undone before")
    if act.adopted:
        send_back(turn, act)
        return
    _must_stand_alone(turn, act)
    act.undone = True
    _restore_fields(turn, act)
    _send_back(turn, act)
    _bring_together(turn, act)


def _must_stand_alone(turn: Turn, act: Act) -> None:
    book = turn.state.book
    changed = {(before.incident_id, before.field) for before in act.before}
    for step in act.moved:
        heard, home = book.signals.get(step.signal_id), book.incidents.get(step.came_from)
        if heard is None or home is None or heard.incident != step.went_to:
            raise Refused("信号此后又被移动，无法撤销 · a signal was moved again since")
        if home.merged_into is not None and (step.came_from, "merged_into") not in changed:
            raise Refused("事件此后已并入他处，请先撤销合并 · its incident was merged since: undo the merge first")
    if any(before.incident_id not in book.incidents for before in act.before):
        raise Refused("事件已归档，无法撤销 · the incident was archived")
    if any(changed & {(before.incident_id, before.field) for before in later.before} for later in _later(turn, act)):
        raise Refused("此后又有改动，请先撤销后一步 · a later change stands on it: undo that one first")


def _later(turn: Turn, act: Act) -> list[Act]:
    acts = list(turn.state.book.acts.values())
    return [later for later in acts[acts.index(act) + 1 :] if later.action != "undo" and not later.undone]


def _restore_fields(turn: Turn, act: Act) -> None:
    for before in reversed(act.before):
        change(turn, turn.state.book.incidents[before.incident_id], before.field, before.value)


def _send_back(turn: Turn, act: Act) -> None:
    book = turn.state.book
    for step in reversed(act.moved):
        heard, left, home = book.signals[step.signal_id], book.incidents[step.went_to], book.incidents[step.came_from]
        if left is home:
            turn.touch(home)
            home.seats[step.signal_id] = step.seat
            continue
        leave_seat(turn, left, step.signal_id)
        take_seat(turn, heard, home, step.seat)
        _tell(turn, step, home, act)
        if not left.seats:
            lead_on(turn, left, home)
    for name in dict.fromkeys(step.came_from for step in act.moved):
        recount(turn.state, book.incidents[name])


def _tell(turn: Turn, step: Undone, incident: Happening, act: Act) -> None:
    heard = turn.state.book.signals[step.signal_id]
    turn.decided(step.signal_id, heard.identity, "join", incident, constraints=(f"person:undo:{act.action_id}",))


def _bring_together(turn: Turn, act: Act) -> None:
    book = turn.state.book
    for one, other in act.parted:
        for name, parted in ((one, other), (other, one)):
            incident = book.incidents.get(name)
            if incident is not None and parted in incident.never_with:
                turn.touch(incident)
                incident.never_with.remove(parted)
    for signal_id, incident_id in act.kept_out:
        heard = book.signals.get(signal_id)
        if heard is not None and incident_id in heard.never:
            heard.never.remove(incident_id)
