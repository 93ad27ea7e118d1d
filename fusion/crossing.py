"""An incident crosses a district's border: its signals leave one district (`cede`) and sit down in another (`adopt`).

A district is one order of records, and two districts share none. So the first takes its signals out and sends an
`adopt` on, stored in the very transaction that journals the `cede`: it cannot be lost, and it may not be refused for
what happened meanwhile, because its signals sit nowhere. If the incident that was to take them in has gone, they found
one of their own. What was given away keeps speaking in its own district: new versions follow by an `adopt`, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from contracts.actions import Action, Actor
from contracts.errors import Refused
from contracts.incidents import Chosen
from contracts.kinds import Kind
from fusion.book import Act, Happening
from fusion.decide import band
from fusion.guards import are_of_one_side, must_be_current, must_be_live, text
from fusion.heard import Heard, Seat, moment, project
from fusion.lifecycle import forget_signal
from fusion.naming import name_from
from fusion.reassociate import set_apart
from fusion.seating import GRAVEST, found, leave_seat, recount, take_seat
from fusion.turn import Turn
from fusion.update import changes_sides, leave_side, take_update
from fusion.watch import named

MACHINE = Actor(user="fusion", unit="", role="machine")


class Sender(NamedTuple):
    """The incident that signals come from, with all its names."""

    incident_id: str
    redirects: Sequence[str]
    never_with: Sequence[str]


@dataclass(slots=True)
class Carried:
    """A signal on its way between districts, with how it sat; without a seat it is only a new version."""

    heard: Heard
    seat: Seat | None = None


_CARRIED: TypeAdapter[Carried] = TypeAdapter(Carried)


def adopt_id(cede_id: str) -> str:
    """The action that a `cede` brings about in the other district."""
    return name_from(f"adopt|{cede_id}")


def cede(turn: Turn, incident: Happening, action: Action) -> None:
    """Give a whole incident to another district, as part of its incident `to`.

    Raises:
        Refused: it is closed or merged, was changed meanwhile, or a person said that it is another.
    """
    to, district = text(action, "to"), text(action, "to_district")
    must_be_live(incident)
    must_be_current(incident, action)
    if action.by == MACHINE and action.expected_revision != incident.revision:
        raise Refused("事件已有变化，须重新核对 · it changed since it was weighed")
    if to in incident.never_with:
        raise Refused("已标明二者不是同一事件，请先撤销 · a person said that these are not the same; undo that first")
    if district == turn.state.book.district:
        raise Refused("同一片区内请用合并 · within one district incidents are merged")
    if Kind.DEVICE.value in incident.tally.kinds:
        raise Refused("设备故障不并入其他事件 · a device fault joins nothing")
    carried = _depart(turn, incident, list(incident.seats), to, district)
    redirects, p = [incident.incident_id, *incident.redirects], action.arguments.get("p", 1.0)
    _send(
        turn, adopt_id(action.action_id), to, district, incident, carried,
        by=action.by, redirects=redirects, p=float(p) if isinstance(p, int | float) else 1.0,
        never_with=incident.never_with,
    )  # fmt: skip


def adopt(turn: Turn, action: Action) -> None:
    """Seat signals that another district gave away; one that sits here already is brought up to date.

    Raises:
        Refused: the record cannot be read.
    """
    carried = _read(turn, action)
    came_from = text(action, "from")
    incident = _standing(turn, action.incident_id)
    home = incident is not None and bool(incident.ceded_to) and incident.merged_into == came_from
    if incident is not None and home:
        _revive(turn, incident, came_from)
    elif incident is not None and incident.ceded_to:
        _pass_on(turn, incident, action)
        return
    elif incident is not None and (
        set_apart(incident, _sender(action, came_from))
        or not are_of_one_side(turn, incident, *(one.heard for one in carried))
    ):
        incident = None
    for one in carried:
        incident = _seat(turn, incident, one, action, home=home)
    assert incident is not None, "the first signal founded one"
    recount(turn.state, incident)
    if not home:
        _remember(turn, incident, [one.heard.signal_id for one in carried if one.seat is not None], action)


def send_back(turn: Turn, act: Act) -> None:
    """Undo an `adopt`: its signals go home, and the two are kept apart from then on.

    Raises:
        Refused: one of them sits elsewhere by now.
    """
    incident = turn.state.book.incidents.get(act.incident_id)
    if incident is None or any(name not in incident.seats for name in act.adopted):
        raise Refused("信号此后又被移动，无法撤销 · a signal was moved again since")
    act.undone = True
    carried = _depart(turn, incident, act.adopted, act.came_from, act.from_district)
    incident.redirects = [name for name in incident.redirects if name not in act.redirects]
    incident.never_with.append(act.came_from)
    _send(
        turn, name_from(f"undo|{act.action_id}"), act.came_from, act.from_district, incident, carried,
        by=MACHINE, redirects=[], p=1.0,
    )  # fmt: skip


def follow(turn: Turn, known: Heard, heard: Heard, identity: str) -> bool:
    """Send a new version after a signal that this district gave away; whether it was given away."""
    home = turn.state.book.incidents.get(known.incident or "")
    if home is None or not home.ceded_to or known.signal_id in home.seats:
        return False
    to = home.merged_into
    assert to is not None, "what was given away leads on"
    newer = heard.update > known.update
    turn.decided(known.signal_id, identity, "update" if newer else "duplicate", None, elsewhere=to)
    if newer:
        known.update = heard.update
        name = name_from(f"update|{identity}")
        _send(turn, name, to, home.ceded_to, home, [Carried(heard)], by=MACHINE, redirects=[], p=1.0)
    return True


def _depart(turn: Turn, incident: Happening, names: list[str], to: str, district: str) -> list[Carried]:
    book = turn.state.book
    carried = []
    for name in names:
        heard = book.signals[name]
        carried.append(Carried(heard, leave_seat(turn, incident, name)))
        turn.decided(name, heard.identity, "join", None, constraints=(f"crossed:{district}",), elsewhere=to)
        forget_signal(turn.state, heard)
    if incident.seats:
        for name in names:
            del book.signals[name]
        return carried
    # It stays known here as what leads on, so that new versions of its signals find their way.
    for one in carried:
        one.heard.incident = incident.incident_id
    incident.was = names
    incident.merged_into, incident.closed_by, incident.closed_at = to, "merge", turn.at
    incident.ceded_to = district
    return carried


def _send(
    turn: Turn, name: str, to: str, district: str, came_from: Happening, carried: list[Carried],
    *, by: Actor, redirects: list[str], p: float, never_with: Sequence[str] = (),
) -> None:  # fmt: skip
    turn.forwards.append(
        Action(
            action_id=name,
            incident_id=to,
            district=district,
            expected_revision=0,
            action="adopt",
            by=by,
            at=moment(turn.at),
            arguments={
                "from": came_from.incident_id,
                "from_district": turn.state.book.district,
                "redirects": redirects,
                "never_with": [*never_with],
                "p": p,
                "signals": [_CARRIED.dump_json(one).decode() for one in carried],
            },
        )
    )


def _read(turn: Turn, action: Action) -> list[Carried]:
    rows = action.arguments.get("signals")
    if not isinstance(rows, list) or not rows:
        raise Refused("缺少参数 signals · the argument signals is missing")
    try:
        carried = [_CARRIED.validate_json(row) for row in rows]
    except ValidationError as bad:
        raise Refused(f"信号无法读取 · a signal cannot be read: {bad.error_count()} faults") from None
    book = turn.state.book
    if book.origin is None:
        book.origin = carried[0].heard.lat, carried[0].heard.lon
    for one in carried:
        one.heard.x, one.heard.y = project(one.heard.lat, one.heard.lon, turn.state.origin)
    return carried


def _sender(action: Action, came_from: str) -> Sender:
    names = {key: action.arguments.get(key) for key in ("redirects", "never_with")}
    redirects, never_with = (
        [name for name in one if isinstance(name, str)] if isinstance(one, list) else [] for one in names.values()
    )
    return Sender(came_from, redirects, never_with)


def _standing(turn: Turn, incident_id: str) -> Happening | None:
    """Where the id leads within this district; None when that can take in nothing any more."""
    incidents = turn.state.book.incidents
    incident = incidents.get(incident_id)
    while incident is not None and incident.merged_into is not None and not incident.ceded_to:
        incident = incidents.get(incident.merged_into)
    return None if incident is not None and incident.closed_by == "person" else incident


def _revive(turn: Turn, incident: Happening, came_from: str) -> None:
    turn.touch(incident)
    incident.merged_into, incident.ceded_to, incident.closed_by, incident.closed_at = None, "", "", 0.0
    if came_from not in incident.never_with:
        incident.never_with.append(came_from)


def _pass_on(turn: Turn, incident: Happening, action: Action) -> None:
    """It went on to a third district; so do its signals."""
    changed = {
        "action_id": name_from(f"on|{action.action_id}"),
        "incident_id": incident.merged_into,
        "district": incident.ceded_to,
    }
    turn.forwards.append(action.model_copy(update=changed))


def _seat(turn: Turn, incident: Happening | None, one: Carried, action: Action, *, home: bool) -> Happening:
    book = turn.state.book
    known = book.signals.get(one.heard.signal_id)
    sits = book.incidents.get(known.incident or "") if known is not None else None
    if known is not None and sits is not None and known.signal_id in sits.seats:
        if not changes_sides(turn.state, known, one.heard):
            take_update(turn, known, one.heard, one.heard.identity)
            return incident or sits
        leave_side(turn, known, one.heard)
        incident = None
    heard = one.heard
    book.signals[heard.signal_id] = heard
    turn.state.note(heard)
    if incident is None:
        incident = found(turn, heard, f"adopt|{action.action_id}")
        turn.decided(heard.signal_id, heard.identity, "new", incident, constraints=(_why(action), *named(heard)))
        return incident
    incident.reopen()
    seat = one.seat or Seat(revision=0)
    if not home:
        _set(turn, seat, incident, heard, action)
    take_seat(turn, heard, incident, seat)
    if heard.severity == GRAVEST and not home:
        turn.resound(incident)
    chosen: Chosen = "provisional" if seat.provisional else "join"
    turn.decided(
        heard.signal_id, heard.identity, chosen, incident, p=seat.p, terms=seat.terms, constraints=(_why(action),)
    )
    return incident


def _set(turn: Turn, seat: Seat, incident: Happening, heard: Heard, action: Action) -> None:
    """The bands hold across a border as they do within it."""
    bands = turn.state.book.params.bands
    p = action.arguments.get("p", 1.0)
    assert isinstance(p, int | float), "a probability"
    by_person = action.by != MACHINE
    provisional = not by_person and band(turn.state, heard, p, incident, bands)[0] == "provisional"
    seat.by_person, seat.provisional, seat.p = by_person, provisional, float(p)
    seat.keeps_row = provisional and bands.keeps_row(heard.source, heard.severity)


def _why(action: Action) -> str:
    if action.by == MACHINE:
        return f"crossed:{action.arguments['from_district']}"
    return f"person:merge:{action.action_id}"


def _remember(turn: Turn, incident: Happening, names: list[str], action: Action) -> None:
    """What would undo it, and the ids that lead here now."""
    redirects = action.arguments.get("redirects")
    new = [name for name in redirects if name not in incident.redirects] if isinstance(redirects, list) else []
    incident.redirects += new
    if turn.act is not None and names:
        turn.act.incident_id, turn.act.adopted, turn.act.redirects = incident.incident_id, names, new
        turn.act.came_from = text(action, "from")
        turn.act.from_district = text(action, "from_district")
