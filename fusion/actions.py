"""What a person's action does to incidents: one function an action, refused in plain words when it cannot be done.

When is an action too late? Its `expected_revision` is what the person saw. Signals that joined since do not make a
decision about the incident wrong, so most actions are refused only when another *person* changed the incident in the
meantime. Two are stricter: dismissing or closing would bury a signal that the person never saw, so any that joined
since refuses it. Decisions about one signal look at that signal's membership alone.
"""

import dataclasses
from collections.abc import Callable

from contracts.actions import Action, ActionResult
from contracts.errors import Refused
from contracts.kinds import Kind
from fusion.book import Act, Happening, Link, Undone
from fusion.crossing import MACHINE, adopt, cede
from fusion.guards import (
    member,
    must_be_current,
    must_be_live,
    must_be_of_one_side,
    must_be_seen,
    named_incident,
    present,
    text,
)
from fusion.heard import moment
from fusion.reassociate import change, merge, move, part, set_apart, split_off
from fusion.turn import Turn
from fusion.undo import undo

Rule = Callable[[Turn, Happening, Action], None]


def act(turn: Turn, action: Action) -> ActionResult:
    """Do one action, or say why not. The same `action_id` twice is done once."""
    book = turn.state.book
    incident = book.incidents.get(action.incident_id)
    if action.action_id in book.acts:
        return _answer(turn, action, incident, accepted=True)
    before = set(book.incidents)
    turn.act = Act(action.action_id, action.action, action.incident_id, turn.at)
    try:
        if action.action == "adopt":
            adopt(turn, action)
        elif action.action == "undo":
            undo(turn, text(action, "action_id"))
        else:
            RULES[action.action](turn, present(incident), action)
    except Refused as refusal:
        assert not turn.touched, "a refusal comes before the first change"
        return _answer(turn, action, incident, accepted=False, why=str(refusal))
    book.acts[action.action_id] = turn.act
    if action.by != MACHINE:
        for touched in turn.touched.values():
            touched.judged = touched.revision
    created = tuple(name for name in book.incidents if name not in before)
    return _answer(turn, action, incident, accepted=True, created=created)


def _answer(
    turn: Turn,
    action: Action,
    incident: Happening | None,
    *,
    accepted: bool,
    why: str = "",
    created: tuple[str, ...] = (),
) -> ActionResult:
    return ActionResult(
        action_id=action.action_id,
        incident_id=action.incident_id,
        district=action.district,
        accepted=accepted,
        why=why,
        revision=incident.revision if incident is not None else 0,
        created=created,
        at=moment(turn.at),
    )


def _confirm(turn: Turn, incident: Happening, action: Action) -> None:
    must_be_live(incident)
    must_be_current(incident, action)
    if action.arguments.get("real") is False:
        _dismiss(turn, incident, action)
        return
    kind = action.arguments.get("kind")
    if kind is not None and kind not in Kind._value2member_map_:
        raise Refused(f"没有这种事件类别 · no such kind: {kind}")
    change(turn, incident, "verdict", "confirmed")
    change(turn, incident, "cooling", False)
    if kind is not None:
        change(turn, incident, "kind_set", str(kind))


def _dismiss(turn: Turn, incident: Happening, action: Action) -> None:
    if not action.reason.strip():
        raise Refused("误报须写明原因 · a dismissal needs a reason")
    must_be_live(incident)
    must_be_seen(incident, action)
    change(turn, incident, "verdict", "rejected")
    _close_by_person(turn, incident)


def _close(turn: Turn, incident: Happening, action: Action) -> None:
    must_be_live(incident)
    must_be_seen(incident, action)
    _close_by_person(turn, incident)


def _close_by_person(turn: Turn, incident: Happening) -> None:
    change(turn, incident, "closed_by", "person")
    change(turn, incident, "closed_at", turn.at)
    change(turn, incident, "cooling", False)


def _merge(turn: Turn, incident: Happening, action: Action) -> None:
    other = named_incident(turn, action, "other")
    must_be_live(incident)
    must_be_live(other)
    must_be_current(incident, action)
    if other is incident:
        raise Refused("不能与自身合并 · an incident cannot be merged with itself")
    must_be_of_one_side(turn, incident, *(turn.state.book.signals[name] for name in other.seats))
    if set_apart(incident, other):
        if not _only_split(turn, incident, other):
            raise Refused(
                "已标明二者不是同一事件，请先撤销 · a person said that these are not the same; undo that first"
            )
        for one, two in ((incident, other), (other, incident)):
            change(turn, one, "never_with", [name for name in one.never_with if name != two.incident_id])
    merge(turn, incident, other, why=_by(action))


def _only_split(turn: Turn, incident: Happening, other: Happening) -> bool:
    """Whether they were set apart by a split or a refusal, which a person's merge takes back, and by no never-merge."""
    pair = {incident.incident_id, other.incident_id}
    apart = {act.action for act in turn.state.book.acts.values() if not act.undone and pair in map(set, act.parted)}
    return bool(apart) and "never_merge" not in apart


def _split(turn: Turn, incident: Happening, action: Action) -> None:
    must_be_live(incident)
    names = action.arguments.get("signal_ids")
    if not isinstance(names, list) or not names:
        raise Refused("请选择要拆出的信号 · choose the signals to split off")
    signals = [member(turn, incident, action, name) for name in dict.fromkeys(names)]
    if len(signals) == len(incident.seats):
        raise Refused("至少留下一条信号 · at least one signal must stay")
    signals.sort(key=lambda heard: (heard.at, heard.signal_id))
    made = split_off(turn, signals, f"split|{action.action_id}", why=_by(action))
    part(turn, incident, made)


def _move(turn: Turn, incident: Happening, action: Action) -> None:
    heard = member(turn, incident, action, text(action, "signal_id"))
    target = named_incident(turn, action, "to")
    must_be_live(incident)
    must_be_live(target)
    if target is incident:
        raise Refused("该信号已在此事件中 · the signal is already there")
    must_be_of_one_side(turn, target, heard)
    if target.incident_id in heard.never:
        raise Refused(
            "已标明该信号不属于此事件，请先撤销 · a person said that it is not of that incident; undo that first"
        )
    move(turn, heard, target, why=_by(action))


def _link(turn: Turn, incident: Happening, action: Action) -> None:
    name = text(action, "signal_id")
    item = turn.state.book.signals.get(name)
    if item is None or item.source not in ("dispute", "petition"):
        raise Refused("只能关联矛盾纠纷或信访事项 · only a dispute or a petition can be linked")
    if incident.merged_into is not None:
        must_be_live(incident)
    must_be_of_one_side(turn, incident, item)
    links = [Link(link.signal_id, link.reason, link.linked) for link in incident.links]
    known = next((link for link in links if link.signal_id == name), None)
    if known is not None and known.linked:
        raise Refused("已经关联 · already linked")
    if known is None:
        links.append(Link(name, "人工关联 · linked by a person", linked=True))
    else:
        known.linked = True
    change(turn, incident, "links", links)


def _never_merge(turn: Turn, incident: Happening, action: Action) -> None:
    if action.arguments.get("other_district", turn.state.book.district) != turn.state.book.district:
        _never_merge_across(turn, incident, text(action, "other"))
        return
    other = named_incident(turn, action, "other")
    if other is incident or other.merged_into == incident.incident_id or incident.merged_into == other.incident_id:
        raise Refused("二者已是同一事件，请用拆分 · these are one incident already: split it instead")
    if other.incident_id in incident.never_with:
        raise Refused("已标明 · that was said before")
    part(turn, incident, other)


def _never_merge_across(turn: Turn, incident: Happening, other: str) -> None:
    """The other one lives in another district, which this one's word binds as well: a border is crossed by both."""
    if other in incident.never_with:
        raise Refused("已标明 · that was said before")
    change(turn, incident, "never_with", [*incident.never_with, other])


def _accept(turn: Turn, incident: Happening, action: Action) -> None:
    heard = member(turn, incident, action, text(action, "signal_id"))
    seat = incident.seats[heard.signal_id]
    if not seat.provisional:
        raise Refused("该信号不在待确认状态 · the signal does not wait for a decision")
    turn.touch(incident)
    if turn.act is not None:
        name = incident.incident_id
        turn.act.moved.append(Undone(heard.signal_id, name, name, dataclasses.replace(seat)))
    seat.provisional, seat.keeps_row, seat.revision = False, False, incident.revision


def _refuse(turn: Turn, incident: Happening, action: Action) -> None:
    heard = member(turn, incident, action, text(action, "signal_id"))
    must_be_live(incident)
    if len(incident.seats) == 1:
        raise Refused("事件只有这一条信号，请用误报 · it is the incident's only signal: dismiss the incident instead")
    made = split_off(turn, [heard], f"refuse|{action.action_id}", why=_by(action))
    part(turn, incident, made)
    heard.never.append(incident.incident_id)
    if turn.act is not None:
        turn.act.kept_out.append([heard.signal_id, incident.incident_id])


def _relocate(turn: Turn, incident: Happening, action: Action) -> None:
    must_be_live(incident)
    must_be_current(incident, action)
    lat, lon = action.arguments.get("lat"), action.arguments.get("lon")
    if not _is_degrees(lat, 90) or not _is_degrees(lon, 180):
        raise Refused("位置须为 WGS-84 经纬度 · the place must be WGS-84 degrees: lat, lon")
    change(turn, incident, "place_set", [float(lat), float(lon)])  # type: ignore[arg-type]


def _set_severity(turn: Turn, incident: Happening, action: Action) -> None:
    must_be_live(incident)
    must_be_current(incident, action)
    severity = action.arguments.get("severity")
    if not isinstance(severity, int) or isinstance(severity, bool) or not 1 <= severity <= 4:
        raise Refused("级别须为 1 至 4 · the severity must be 1 to 4")
    change(turn, incident, "severity_set", severity)


RULES: dict[str, Rule] = {
    "confirm": _confirm,
    "dismiss": _dismiss,
    "close": _close,
    "merge": _merge,
    "split": _split,
    "move": _move,
    "link": _link,
    "never_merge": _never_merge,
    "accept": _accept,
    "refuse": _refuse,
    "relocate": _relocate,
    "set_severity": _set_severity,
    "cede": cede,
}


def _is_degrees(value: object, limit: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -limit <= value <= limit


def _by(action: Action) -> str:
    return f"person:{action.action}:{action.action_id}"
