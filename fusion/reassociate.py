"""Signals change places: move, split off, merge. Each notes what would undo it; ids survive and lead on."""

import dataclasses
from collections.abc import Sequence
from typing import Protocol

from contracts.incidents import Chosen
from fusion.book import Before, Happening, Undone
from fusion.decide import band
from fusion.explain import merged
from fusion.heard import Heard, Seat
from fusion.naming import name_from
from fusion.seating import GRAVEST, found, leave_seat, recount, take_seat
from fusion.turn import Turn
from fusion.weighing import may_be_gross


def move(
    turn: Turn, heard: Heard, target: Happening, *, why: str, seat: Seat | None = None, held: Sequence[str] = ()
) -> None:
    """Seat a signal in another incident: on a person's word, or as the machine's `seat` says."""
    origin = _leave(turn, heard, target.incident_id)
    by_person = Seat(revision=target.revision, by_person=True, outlier=_is_far(turn, heard, target))
    take_seat(turn, heard, target, seat or by_person)
    if seat is not None and heard.severity == GRAVEST:
        turn.resound(target)
    _lead_on(turn, origin, target)
    chosen: Chosen = "provisional" if seat is not None and seat.provisional else "join"
    _tell(turn, heard, target, why, chosen=chosen, origin=origin, p=seat.p if seat else 1.0, held=held)


def split_off(
    turn: Turn, signals: Sequence[Heard], seed: str, *, why: str, by_person: bool = True, p: float = 1.0
) -> Happening:
    """Signals become an incident of their own; the first of them founds it, `seed` names it."""
    incident_id = name_from(seed)
    first = signals[0]
    origin = _leave(turn, first, incident_id)
    incident = found(turn, first, seed, by_person=by_person)
    _tell(turn, first, incident, why, chosen="new", origin=origin, p=p)
    for heard in signals[1:]:
        seat = None if by_person else Seat(revision=incident.revision)
        move(turn, heard, incident, why=why, seat=seat)
    recount(turn.state, incident)
    if not by_person:
        incident.heard_at, incident.cooling = origin.heard_at, origin.cooling
    return incident


def merge(turn: Turn, survivor: Happening, other: Happening, *, why: str, p: float | None = None) -> None:
    """All of `other` moves into `survivor`, keeping what is known of each membership; its id leads on.

    `p`: how sure the machine is; None when a person said so.
    """
    heard_at, cooling = max(survivor.heard_at, other.heard_at), survivor.cooling and other.cooling
    signals = [turn.state.book.signals[signal_id] for signal_id in other.seats]
    seats = [_seat_after(turn, heard, survivor, other.seats[heard.signal_id], p) for heard in signals]
    for heard, (seat, held) in zip(signals, seats, strict=True):
        _leave(turn, heard, survivor.incident_id)
        take_seat(turn, heard, survivor, seat)
        if p is not None and heard.severity == GRAVEST:
            turn.resound(survivor)
        chosen: Chosen = "provisional" if p is not None and seat.provisional else "join"
        _tell(turn, heard, survivor, why, chosen=chosen, origin=other, p=1.0 if p is None else p, held=held)
    recount(turn.state, survivor)
    _lead_on(turn, other, survivor)
    if p is not None:
        # What the machine thinks of it is no news of it.
        survivor.heard_at, survivor.cooling = heard_at, cooling


def change(turn: Turn, incident: Happening, field: str, value: object) -> None:
    """Set a field of an incident on a person's word, and note what it was."""
    turn.touch(incident)
    if turn.act is not None:
        turn.act.before.append(Before(incident.incident_id, field, getattr(incident, field)))
    setattr(incident, field, value)


def lead_on(turn: Turn, emptied: Happening, target: Happening) -> None:
    """An incident without signals leads to where its last one went; so do the ids that led to it."""
    turn.touch(emptied)
    turn.touch(target)
    emptied.merged_into, emptied.closed_by, emptied.closed_at = target.incident_id, "merge", turn.at
    for name in [emptied.incident_id, *emptied.redirects]:
        if name != target.incident_id and name not in target.redirects:
            target.redirects.append(name)


def part(turn: Turn, one: Happening, other: Happening) -> None:
    """A person said that these two are not the same: no merge may ever join them."""
    if other.incident_id in one.never_with:
        return
    turn.touch(one)
    turn.touch(other)
    one.never_with.append(other.incident_id)
    other.never_with.append(one.incident_id)
    if turn.act is not None:
        turn.act.parted.append([one.incident_id, other.incident_id])


def is_locked(incident: Happening) -> bool:
    """Whether a person judged it, or it takes nothing any more: the machine leaves its members where they are."""
    return incident.judged > 0 or bool(incident.closed_by) or incident.merged_into is not None


class Named(Protocol):
    """An incident with all its names, in memory or as the world sees it."""

    @property
    def incident_id(self) -> str: ...
    @property
    def redirects(self) -> Sequence[str]: ...
    @property
    def never_with(self) -> Sequence[str]: ...


def set_apart(one: Named, other: Named) -> bool:
    """Whether a person said that these two are not the same, under any of their names."""
    return bool(set(one.never_with) & {other.incident_id, *other.redirects}) or bool(
        set(other.never_with) & {one.incident_id, *one.redirects}
    )


def _seat_after(
    turn: Turn, heard: Heard, survivor: Happening, was: Seat, p: float | None
) -> tuple[Seat, tuple[str, ...]]:
    """A seat as it goes along with a merge."""
    if p is None:
        far = _is_far(turn, heard, survivor)
        return dataclasses.replace(
            was, by_person=True, provisional=False, keeps_row=False, ambiguous=False, outlier=far
        ), ()
    bands = turn.state.book.params.bands
    chosen, held = band(turn.state, heard, p, survivor, bands)
    provisional = chosen == "provisional"
    row = provisional and bands.keeps_row(heard.source, heard.severity)
    zh, en = merged(p)
    return dataclasses.replace(
        was, provisional=provisional, keeps_row=row, ambiguous=False, p=p, terms={}, zh=zh, en=en
    ), held


def _is_far(turn: Turn, heard: Heard, target: Happening) -> bool:
    """What a person says to be one although it lies far apart has one place that is wrong: the newcomer's."""
    state = turn.state
    if not target.seats:
        return False
    x, y = state.place(target)
    return may_be_gross(state.tables, state.part(heard), x, y, state.place_variance(target))


def _leave(turn: Turn, heard: Heard, goes_to: str) -> Happening:
    assert heard.incident is not None, "only a seated signal moves"
    origin = turn.state.book.incidents[heard.incident]
    seat = leave_seat(turn, origin, heard.signal_id)
    if turn.act is not None:
        turn.act.moved.append(Undone(heard.signal_id, origin.incident_id, goes_to, seat))
    return origin


def _lead_on(turn: Turn, origin: Happening, target: Happening) -> None:
    if not origin.seats:
        for field in ("merged_into", "closed_by", "closed_at"):
            change(turn, origin, field, getattr(origin, field))
        change(turn, target, "redirects", list(target.redirects))
        lead_on(turn, origin, target)


def _tell(
    turn: Turn, heard: Heard, incident: Happening, why: str, *, chosen: Chosen = "join", origin: Happening,
    p: float = 1.0, held: Sequence[str] = (),
) -> None:  # fmt: skip
    turn.decided(
        heard.signal_id, heard.identity, chosen, incident, p=p, constraints=(why, *held), moved_from=origin.incident_id
    )
