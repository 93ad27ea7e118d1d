"""What fusion believes about one district, and its bytes.

`Book` is all of it and is what a snapshot holds; `State` adds the look-ups that are derived from it. A state has one
owner, which hands it to `engine.step` and takes it back: it is changed in place, because copying it would cost more
than deciding.
"""

import heapq
from collections.abc import Iterator

import orjson
from pydantic import BaseModel, TypeAdapter

from contracts.errors import Unreadable
from fusion.activity import Activity
from fusion.book import FORMAT, Book, Happening
from fusion.evidence import Evidence, gather, pinned, where
from fusion.gate import CellIndex, Footprint
from fusion.heard import Heard, Seat, project
from fusion.part import Part, part_of
from fusion.policy import Params
from fusion.scoring import belief
from fusion.tables import Tables

PERSON_SIGMA_M = 10.0
"""how well a person who relocates an incident knows where it is"""

_BOOK: TypeAdapter[Book] = TypeAdapter(Book)


class State:
    """A district's book with its look-ups: incidents and items by cell, calls by number, cameras by fault, dues."""

    def __init__(self, book: Book, tables: Tables | None = None) -> None:
        self.book = book
        self.incidents = CellIndex()
        self.items = CellIndex()
        self.calls: dict[str, str] = {}
        self.faults: dict[str, None] = {}
        self.dues: list[tuple[float, str]] = []
        self.ambiguous = CellIndex()
        self.parts: dict[str, Part] = {}
        self.evidence: dict[str, Evidence] = {}
        self.tables = tables or Tables(book.params)
        for heard in book.signals.values():
            self.note(heard)
        self._gather_all()
        for incident in book.incidents.values():
            self.file(incident)

    def take_params(self, params: Params) -> None:
        """Other numbers hold from here on: everything that was summed by the old ones is summed again."""
        self.book.params, self.tables = params, Tables(params)
        self.parts.clear()
        self._gather_all()

    def note(self, heard: Heard) -> None:
        """Enter a signal into the look-ups."""
        if heard.source in ("dispute", "petition"):
            self.items.put(heard.signal_id, Footprint(heard.x, heard.y))
            if heard.due is not None:
                heapq.heappush(self.dues, (heard.due, heard.signal_id))
        elif heard.source == "police_110" and heard.number:
            self.calls[heard.number] = heard.signal_id
        if heard.kind == "device" and not heard.ended:
            self.faults[heard.signal_id] = None
        else:
            self.faults.pop(heard.signal_id, None)

    def file(self, incident: Happening) -> None:
        """Enter an incident into the look-ups, or bring its entries up to date."""
        if incident.merged_into is not None or not incident.seats:
            self.incidents.drop(incident.incident_id)
        else:
            self.incidents.put(incident.incident_id, self.footprint(incident))
        if incident.due is not None:
            heapq.heappush(self.dues, (incident.due, incident.incident_id))

    def footprint(self, incident: Happening) -> Footprint:
        """What the gate needs of an incident; an observation that has not ended is taken to go on for a while."""
        params, tally = self.book.params, incident.tally
        kinds = [params.kinds[name.rstrip("?")] for name in tally.kinds]
        members = [self.book.signals[name] for name in incident.seats]
        goes_on = any(member.source == "camera" and not member.ended for member in members)
        x, y = self.place(incident)
        return Footprint(
            x=x,
            y=y,
            slack_m=3.0 * self.place_variance(incident) ** 0.5,
            first=tally.first,
            last=tally.last + (params.lifecycle.ongoing_s if goes_on else 0.0),
            before_s=max(kind.before_s for kind in kinds) + max(params.sources[name].late_s for name in tally.sources),
            after_s=max(kind.after_s for kind in kinds),
            exercise=members[0].exercise,
        )

    def place(self, incident: Happening) -> tuple[float, float]:
        """Metres east and north of the district's origin: where a person put it, else where its signals do."""
        if incident.place_set is not None:
            return project(incident.place_set[0], incident.place_set[1], self.origin)
        return incident.tally.x, incident.tally.y

    def place_variance(self, incident: Happening) -> float:
        """Variance per axis of that place, square metres."""
        return PERSON_SIGMA_M**2 if incident.place_set is not None else incident.tally.variance

    def part(self, heard: Heard) -> Part:
        """What a signal contributes to the evidence of the incident in which it sits."""
        part = self.parts.get(heard.signal_id)
        if part is None:
            part = self.parts[heard.signal_id] = part_of(self.tables, heard)
        return part

    def parts_of(self, incident: Happening) -> Iterator[Part]:
        """The contributions of an incident's members."""
        for signal_id in incident.seats:
            yield self.part(self.book.signals[signal_id])

    def keep(self, incident: Happening, evidence: Evidence) -> None:
        """Take up what its members say together, and reckon its place from it."""
        if incident.place_set is not None:
            evidence = pinned(self.tables, evidence, *self.place(incident), PERSON_SIGMA_M**2)
        evidence.pin = tuple(incident.place_set) if incident.place_set is not None else None
        self.evidence[incident.incident_id] = evidence.settle()
        believed = belief(self.tables, evidence, self.origin)
        x, y, (east, _, north) = where(evidence, self.tables.extent_of[believed.best()])
        tally = incident.tally
        tally.x, tally.y, tally.variance = x, y, (east + north) / 2
        tally.real = round(believed.real(), 6)

    def gather(self, incident: Happening) -> None:
        """The evidence again from the members."""
        if not any(not seat.outlier for seat in incident.seats.values()):
            # Somebody's place must be believed.
            for seat in incident.seats.values():
                seat.outlier = False
        members = ((self.part(heard), seat.outlier) for heard, seat in self.members(incident))
        self.keep(incident, gather(self.tables, members))

    def _gather_all(self) -> None:
        self.evidence.clear()
        for incident in self.book.incidents.values():
            if incident.seats:
                self.gather(incident)
                for heard, seat in self.members(incident):
                    if seat.ambiguous:
                        self.ambiguous.put(heard.signal_id, Footprint(heard.x, heard.y))

    @property
    def origin(self) -> tuple[float, float]:
        """(lat, lon) of the zero of the metres; set by the first signal."""
        origin = self.book.origin
        assert origin is not None, "no signal was heard yet"
        return origin

    def is_exercise(self, incident: Happening) -> bool:
        """Whether an incident with members is of a drill: all of them are, or none."""
        return self.book.signals[next(iter(incident.seats))].exercise

    def activity(self, *, exercise: bool) -> Activity:
        """How much happens now."""
        return self.book.drill_activity if exercise else self.book.activity

    def members(self, incident: Happening) -> Iterator[tuple[Heard, Seat]]:
        """The incident's signals with their membership, in order of joining."""
        for signal_id, seat in incident.seats.items():
            yield self.book.signals[signal_id], seat

    def dump(self) -> bytes:
        """The book as JSON: equal states give equal bytes."""
        return orjson.dumps(self.book, default=_plain)


def new_state(district: str, params: Params) -> State:
    """A district of which nothing is known."""
    return State(Book(district=district, params=params))


def load_state(snapshot: bytes) -> State:
    """The state whose `dump` gave these bytes.

    Raises:
        Unreadable: a snapshot of another format; the journal tells all that it told.
    """
    book = orjson.loads(snapshot)
    if book.get("format") != FORMAT:
        raise Unreadable(f"a snapshot of format {book.get('format', 1)}", field="format", hint="replay the journal")
    return State(_BOOK.validate_python(book))


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(type(value).__name__)
