"""From what fusion wrote and what people did to a row of the wall, and what each view may see of it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from command_center.handling import inherited
from command_center.messages import Handling, NestedRow, Row, RowSignal
from command_center.permissions import View
from command_center.suppression import Claim, Suppression, hidden_by, hits
from contracts.incidents import Incident, IncidentState, Member
from contracts.kinds import EVENT_TYPES, Severity

LIVE_STATES = frozenset({
    IncidentState.TENTATIVE, IncidentState.OPEN, IncidentState.CONFIRMED, IncidentState.COOLING,
})  # fmt: skip
"""still on the wall"""


@dataclass(frozen=True, slots=True)
class SignalFact:
    """What the wall needs of a member beyond what the incident says."""

    signal_id: str
    severity: Severity
    confidential: bool
    text: str
    claim: Claim | None = None
    """what a suppression looks at; read only while one is active"""


@dataclass(frozen=True, slots=True)
class WallRow:
    """A row with what decides who may see it."""

    row: Row
    confidential: frozenset[str] = frozenset()
    """members whose text only the police side may see (P17)"""
    hits: tuple[tuple[str, str], ...] = ()
    """(suppression_id, signal_id) of each member that an active suppression covers"""

    @property
    def live(self) -> bool:
        """Whether it is still on the wall."""
        return self.row.state in LIVE_STATES

    @property
    def hidden(self) -> bool:
        """Whether suppressions keep it off the wall."""
        return self.live and bool(self.row.suppressed)

    def seen_by(self, view: View) -> Row | None:
        """What this view is sent; None: it may not know of this incident at all."""
        if view == "none":
            return None
        if view == "police" or not self.confidential:
            return self.row
        if all(signal.signal_id in self.confidential for signal in self.row.signals):
            return None
        nested = tuple(
            one.model_copy(update={"text": ""}) if one.signal_id in self.confidential else one
            for one in self.row.nested
        )
        return self.row.model_copy(update={"place_text": "", "nested": nested})


def wall_row(
    incident: Incident, own: Handling, facts: Mapping[str, SignalFact], of_merged: Iterable[Handling] = (),
    active: Sequence[Suppression] = (),
) -> WallRow:  # fmt: skip
    """One row. `facts` by signal id, at least of every provisional and every confidential member; of all members while
    any suppression is `active`."""
    handling = inherited(own, of_merged)
    claims = [fact.claim for one in incident.signals if (fact := facts.get(one.signal_id)) and fact.claim]
    covered = hits(active, claims)
    row = Row(
        incident_id=incident.incident_id,
        label=incident.label,
        revision=incident.revision,
        kind=incident.kind,
        event_types=incident.event_types,
        severity=incident.severity,
        state=incident.state,
        place=incident.place,
        place_text=incident.place_text,
        district=incident.district,
        grid_code=incident.grid_code,
        observed_at=incident.observed_at,
        last_signal_at=incident.last_signal_at,
        decided_at=incident.decided_at,
        sources=incident.sources,
        signals=tuple(
            RowSignal(signal_id=one.signal_id, source=one.source, provisional=one.provisional)
            for one in incident.signals
        ),
        nested=tuple(_nested(one, facts) for one in incident.signals if one.provisional and one.keeps_row),
        provisional=sum(one.provisional for one in incident.signals),
        count=incident.count,
        merged_into=incident.merged_into,
        sound=may_sound(incident),
        resounds=incident.resounds,
        resounded_revision=incident.resounded_revision,
        suppressed=hidden_by(incident, handling, claims, covered),
        exercise=incident.exercise,
        handling=handling,
    )
    members = {one.signal_id for one in incident.signals}
    hidden = frozenset(fact.signal_id for fact in facts.values() if fact.confidential and fact.signal_id in members)
    return WallRow(row, hidden, covered)


def may_sound(incident: Incident) -> bool:
    """Before a person has confirmed it only what the taxonomy allows may sound; afterwards anything may."""
    if incident.state == IncidentState.CONFIRMED:
        return True
    return any(name in EVENT_TYPES and EVENT_TYPES[name].sound for name in incident.event_types)


def _nested(member: Member, facts: Mapping[str, SignalFact]) -> NestedRow:
    fact = facts.get(member.signal_id)
    default = EVENT_TYPES[member.event_type].severity if member.event_type in EVENT_TYPES else Severity.LEVEL_4
    return NestedRow(
        signal_id=member.signal_id,
        source=member.source,
        event_type=member.event_type,
        severity=fact.severity if fact else default,
        observed_at=member.observed_at,
        p=member.p,
        text=fact.text if fact else "",
    )
