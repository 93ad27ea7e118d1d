"""Running a correction's case under the present model: is what the person said what then is, and was it before?"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from contracts.actions import Action
from contracts.geo import GeoPoint, distance_m
from contracts.incidents import Incident, IncidentState
from fusion.correcting.case import Case, CaseFile, Said
from fusion.journal import Incoming
from fusion.policy import Params
from fusion.recording import Line, Replay
from fusion.state import State

PLACE_M = 1.0
"""a place that a person gave is kept to within this"""
_VERDICTS = {
    "confirmed": (IncidentState.CONFIRMED,),
    "rejected": (IncidentState.REJECTED,),
    "closed": (IncidentState.CLOSED,),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case."""

    by_itself: bool
    """the present model had it right before the person spoke"""
    refused: str
    """why fusion would not do it, in plain words; empty when it did, or nothing was left to do"""
    broken: tuple[str, ...]
    """what the person said and then was not so; none: it holds"""

    @property
    def holds(self) -> bool:
        """Whether the partition is what the person said, after it and at the end."""
        return not self.broken


@dataclass(slots=True)
class _Stage:
    """A replay that keeps the newest portraits."""

    replay: Replay
    district: str
    portraits: dict[str, Incident] = field(default_factory=dict)
    refused: str = ""

    def take(self, line: Line) -> None:
        for outputs in self.replay.take(line):
            self.portraits |= {incident.incident_id: incident for incident in outputs.incidents}
            self.refused = next((one.why for one in outputs.results if not one.accepted), self.refused)

    def state(self) -> State:
        return self.replay.states()[self.district]

    def home(self, signal_id: str) -> str:
        """The incident in which a signal sits."""
        name = self.state().book.signals[signal_id].incident
        assert name is not None, "a signal of a case is seated"
        return name


def run_case(file: CaseFile, params: Params) -> Outcome:
    """Replay what was heard, look whether the machine is right by itself, let the person speak, hear the rest."""
    action, case = file.action.incoming.body, file.case
    assert isinstance(action, Action)
    stage = _Stage(Replay(params), file.action.incoming.district)
    for line in file.before:
        stage.take(line)
    by_itself = not list(_broken(stage, case, case.person))
    for aimed in _aimed(stage, case, action):
        stage.take(_line(file.action, aimed))
    refused = stage.refused
    broken = list(_broken(stage, case, case.person))
    for line in file.after:
        stage.take(line)
    partition = Said(together=case.person.together, apart=case.person.apart)
    broken += [f"{why}, at the end" for why in _broken(stage, case, partition)]
    return Outcome(by_itself, refused if broken else "", tuple(broken))


def _broken(stage: _Stage, case: Case, said: Said) -> Iterator[str]:
    for group in said.together:
        if len({stage.home(one) for one in group}) > 1:
            yield f"{', '.join(group)} are not one incident"
    homes = [{stage.home(one) for one in group} for group in said.apart]
    if any(homes[i] & homes[j] for i in range(len(homes)) for j in range(i)):
        yield "what a person set apart is one incident"
    yield from _misjudged(stage.portraits[stage.home(case.own[0])], said)


def _misjudged(incident: Incident, said: Said) -> Iterator[str]:
    if said.verdict and incident.state not in _VERDICTS[said.verdict]:
        yield f"it is {incident.state}, not {said.verdict}"
    if said.kind is not None and incident.kind != said.kind:
        yield f"it is {incident.kind}, not {said.kind}"
    if said.severity is not None and incident.severity != said.severity:
        yield f"it is of level {incident.severity:d}, not {said.severity}"
    if said.place is not None:
        off = distance_m(GeoPoint(lat=incident.place.lat, lon=incident.place.lon), said.place)
        if off > PLACE_M:
            yield f"it is {off:.0f} m from where it was put"


def _aimed(stage: _Stage, case: Case, action: Action) -> list[Action]:
    """The action at the incidents that hold its signals now: under another model they need not be the recorded ones.
    Empty when nothing is left to do."""
    own = stage.home(case.own[0])
    other = stage.home(case.other[0]) if case.other else ""
    match action.action:
        case "merge":
            return [] if own == other else [_at(stage, action, own, other=other)]
        case "never_merge":
            return [_at(stage, action, own, other=other)]
        case "split":
            return _splits(stage, case, action)
        case "move":
            signal = str(action.arguments["signal_id"])
            return [] if stage.home(signal) == other else [_at(stage, action, stage.home(signal), to=other)]
        case "accept" | "refuse":
            return _answers(stage, case, action)
        case _:
            return [_at(stage, action, own)]


def _splits(stage: _Stage, case: Case, action: Action) -> list[Action]:
    """One split for each incident that mixes what the person set apart."""
    chosen, rest = case.person.apart
    mixed = sorted({stage.home(one) for one in chosen} & {stage.home(one) for one in rest})
    return [
        _at(stage, action, home, signal_ids=[one for one in chosen if stage.home(one) == home], number=number)
        for number, home in enumerate(mixed)
    ]


def _answers(stage: _Stage, case: Case, action: Action) -> list[Action]:
    """Yes or no to a provisional join; a yes to what the present model did not join is a move."""
    signal = str(action.arguments["signal_id"])
    with_it = next(one for one in case.own if one != signal)
    home, there = stage.home(signal), stage.home(with_it)
    if action.action == "refuse":
        return [_at(stage, action, home)] if home == there else []
    if home != there:
        return [_at(stage, action.model_copy(update={"action": "move"}), home, to=there)]
    return [_at(stage, action, home)] if stage.state().book.incidents[home].seats[signal].provisional else []


def _at(stage: _Stage, action: Action, incident_id: str, *, number: int = 0, **arguments: str | list[str]) -> Action:
    return action.model_copy(
        update={
            "action_id": action.action_id if number == 0 else f"{action.action_id}-{number}",
            "incident_id": incident_id,
            "expected_revision": stage.portraits[incident_id].revision,
            "arguments": {**action.arguments, **arguments},
        }
    )


def _line(recorded: Line, action: Action) -> Line:
    incoming = recorded.incoming
    return Line(
        recorded.arrived_at,
        Incoming(incoming.district, "action", f"action|{action.action_id}", incoming.raw, action),
    )
