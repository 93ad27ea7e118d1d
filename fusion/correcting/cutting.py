"""Cutting a correction out of what was heard: which signals its incidents held, what was near them, what was said."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from contracts.actions import Action
from contracts.errors import Refused
from contracts.geo import GeoPoint
from contracts.incidents import Decision
from contracts.signals import Signal
from fusion.candidates import gate_radius_m
from fusion.correcting.case import Case, Heard, Machine, Said
from fusion.heard import Heard as HeardSignal
from fusion.heard import hear
from fusion.naming import name_from
from fusion.policy import Params

SEATED = frozenset({"join", "provisional", "new", "update"})
MADE_BY = {"split": "split", "refuse": "refuse"}
"""actions that make an incident, by the seed of its name"""


@dataclass(frozen=True, slots=True)
class Placed:
    """A decision at its position in the journal."""

    position: int
    decision: Decision


def touched_by(action: Action) -> list[str]:
    """The incidents that an action is about, one that it makes among them."""
    named = [action.incident_id, *(str(action.arguments[name]) for name in ("other", "to") if name in action.arguments)]
    if action.action in MADE_BY:
        named.append(name_from(f"{MADE_BY[action.action]}|{action.action_id}"))
    return named


def seats(decisions: Iterable[Placed], until: int) -> dict[str, str]:
    """signal → the incident in which it sat after the journal's position `until`."""
    seated: dict[str, tuple[int, str]] = {}
    for placed in decisions:
        decision = placed.decision
        if placed.position > until or decision.chosen not in SEATED or decision.incident_id is None:
            continue
        if placed.position >= seated.get(decision.signal_id, (0, ""))[0]:
            seated[decision.signal_id] = placed.position, decision.incident_id
    return {signal_id: incident_id for signal_id, (_, incident_id) in seated.items()}


def make_case(action: Action, position: int, decisions: Sequence[Placed], order: Sequence[str]) -> Case:
    """The case of an action that lies at `position`; `order`: the signals in order of happening.

    Raises:
        Refused: fusion had refused it, or it says nothing that a replay could hold to.
    """
    before = seats(decisions, position - 1)
    own = tuple(one for one in order if before.get(one) == action.incident_id)
    other = tuple(one for one in order if before.get(one) in _named(action))
    if not own:
        raise Refused(
            "这一步未被融合采纳，不成用例 · fusion did not do this, or knows its signals no more: no test case"
        )
    newest = _newest(decisions, position)
    return Case(
        action_id=action.action_id, action=action.action, own=own, other=other,
        machine=Machine(
            params_version=next((one.params_version for one in newest.values()), ""),
            decisions=tuple(_heard(newest[one], before[one]) for one in (*own, *other) if one in newest),
        ),
        person=said(action, own, other),
    )  # fmt: skip


def said(action: Action, own: Sequence[str], other: Sequence[str]) -> Said:
    """What a person said by an action on an incident with the signals `own`, naming one with the signals `other`.

    Raises:
        Refused: it says nothing that a replay could hold to.
    """
    speech = SPEECHES.get(action.action)
    if speech is None:
        raise Refused(f"{action.action} 不成用例 · {action.action} says nothing that a replay could hold to")
    return speech(action.arguments, _Sides(tuple(own), tuple(other), _chosen(action)))


@dataclass(frozen=True, slots=True)
class _Sides:
    own: tuple[str, ...]
    other: tuple[str, ...]
    chosen: tuple[str, ...]
    """the signals that the action names"""

    @property
    def rest(self) -> tuple[str, ...]:
        return tuple(one for one in self.own if one not in self.chosen)


Given = Mapping[str, object]


def _moved(given: Given, sides: _Sides) -> Said:
    return Said(together=((*sides.chosen, sides.other[0]),), apart=(sides.chosen, sides.rest) if sides.rest else ())


def _confirmed(given: Given, sides: _Sides) -> Said:
    if given.get("real") is False:
        return Said(verdict="rejected")
    return Said(verdict="confirmed", kind=str(given["kind"]) if "kind" in given else None)


def _set_apart(given: Given, sides: _Sides) -> Said:
    return Said(apart=(sides.chosen, sides.rest))


SPEECHES: dict[str, Callable[[Given, _Sides], Said]] = {
    "merge": lambda given, sides: Said(together=((sides.own[0], sides.other[0]),)),
    "never_merge": lambda given, sides: Said(apart=(sides.own, sides.other)),
    "split": _set_apart,
    "refuse": _set_apart,
    "accept": lambda given, sides: Said(together=((sides.rest[0], *sides.chosen),)),
    "move": _moved,
    "confirm": _confirmed,
    "dismiss": lambda given, sides: Said(verdict="rejected"),
    "close": lambda given, sides: Said(verdict="closed"),
    "set_severity": lambda given, sides: Said(severity=int(str(given["severity"]))),
    "relocate": lambda given, sides: Said(place=GeoPoint(lat=float(str(given["lat"])), lon=float(str(given["lon"])))),
}
"""What each action says. A link, and an undo, say nothing that a replay could hold to."""


def near(members: Sequence[Signal], others: Iterable[Signal], params: Params) -> list[str]:
    """Those of `others` that the gate would have weighed beside one of the members, or the other way round."""
    origin = (members[0].place.lat, members[0].place.lon)
    inside = [hear(one, origin) for one in members]
    found = []
    for signal in others:
        heard = hear(signal, origin)
        if any(_within_reach(heard, one, params) for one in inside):
            found.append(signal.signal_id)
    return found


def _within_reach(one: HeardSignal, other: HeardSignal, params: Params) -> bool:
    if one.exercise is not other.exercise:
        return False
    apart = ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5
    if apart > min(params.gates.widest_m, max(gate_radius_m(one, params), gate_radius_m(other, params))):
        return False
    gates = [params.kinds[heard.kind] for heard in (one, other)]
    late = max(params.sources[heard.source].late_s for heard in (one, other))
    window = max(max(gate.before_s, gate.after_s) for gate in gates) + late
    return max(one.at - other.until, other.at - one.until) <= window


def _named(action: Action) -> set[str]:
    return {str(action.arguments[name]) for name in ("other", "to") if name in action.arguments}


def _chosen(action: Action) -> tuple[str, ...]:
    many = action.arguments.get("signal_ids")
    one = action.arguments.get("signal_id")
    return tuple(many) if isinstance(many, list) else (str(one),) if one else ()


def _newest(decisions: Sequence[Placed], position: int) -> Mapping[str, Decision]:
    """The machine's last word on each signal before the position; what persons did is not its word."""
    newest: dict[str, Decision] = {}
    for placed in sorted(decisions, key=lambda one: one.position):
        by_person = any(why.startswith("person:") for why in placed.decision.constraints)
        if placed.position < position and placed.decision.chosen in SEATED and not by_person:
            newest[placed.decision.signal_id] = placed.decision
    return newest


def _heard(decision: Decision, incident_id: str) -> Heard:
    return Heard(
        signal_id=decision.signal_id, incident_id=incident_id, chosen=decision.chosen, p=decision.p,
        margin=decision.margin,
    )  # fmt: skip
