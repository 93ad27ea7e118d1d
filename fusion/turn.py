"""One step's scratch: what changed, what was decided, what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from contracts.actions import Action
from contracts.incidents import Candidate, Chosen, Decision, Terms
from fusion.book import Act, Happening
from fusion.heard import moment
from fusion.naming import name_from
from fusion.state import State


@dataclass(slots=True)
class Turn:
    """The state at one journal position, on its way to the next."""

    state: State
    position: int
    at: float
    """arrival of the record: the only clock there is"""
    touched: dict[str, Happening] = field(default_factory=dict)
    resounding: dict[str, None] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    forwards: list[Action] = field(default_factory=list)
    """what another district must do because of it"""
    act: Act | None = None
    """the action under way, which notes what would undo it"""

    def touch(self, incident: Happening) -> None:
        """Say that an incident changes in this step: one revision, however often."""
        if incident.incident_id not in self.touched:
            self.touched[incident.incident_id] = incident
            incident.revision += 1

    def resound(self, incident: Happening) -> None:
        """A level-1 signal came in: the wall must sound again, even if it was acknowledged."""
        self.resounding[incident.incident_id] = None
        incident.resounded = incident.revision

    def decided(
        self,
        signal_id: str,
        identity: str,
        chosen: Chosen,
        incident: Happening | None,
        *,
        p: float = 1.0,
        margin: float = 0.0,
        terms: Terms | None = None,
        candidates: Sequence[Candidate] = (),
        gate: dict[str, int] | None = None,
        constraints: Sequence[str] = (),
        elsewhere: str | None = None,
        moved_from: str | None = None,
    ) -> None:
        """Record why a signal went where it went; `elsewhere`: an incident of another district."""
        book = self.state.book
        self.decisions.append(
            Decision(
                decision_id=name_from(f"decision|{book.district}|{self.position}|{len(self.decisions)}"),
                signal_id=signal_id,
                identity=identity,
                district=book.district,
                incident_id=incident.incident_id if incident is not None else elsewhere,
                revision=incident.revision if incident is not None else 0,
                chosen=chosen,
                p=p,
                margin=margin,
                terms=terms or {},
                candidates=tuple(candidates),
                gate=gate or {},
                constraints=tuple(constraints),
                moved_from=moved_from,
                params_version=book.params.version,
                decided_at=moment(self.at),
            )
        )
