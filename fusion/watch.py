"""What is unusual about the stream itself: a source that fell silent, a camera that storms, a mended record."""

from fusion.book import Bucket, Happening
from fusion.heard import Heard
from fusion.state import State
from fusion.turn import Turn


def hear_of_source(state: State, heard: Heard) -> None:
    """Note how far a source has told us."""
    book = state.book
    if heard.source in book.params.watch.silent_s:
        book.newest[heard.source] = max(book.newest.get(heard.source, heard.at), heard.at)


def silent_sources(state: State, heard: Heard, now: float) -> list[str]:
    """Sources that used to speak and have told of nothing newer for long: silent, or late. Never the signal's own."""
    book = state.book
    return [
        source
        for source, most in sorted(book.params.watch.silent_s.items())
        if source != heard.source and source in book.newest and now - book.newest[source] > most
    ]


def named(heard: Heard) -> list[str]:
    """What was mended in a signal, as a decision's constraints."""
    return [f"odd:{what}" for what in heard.odd]


def counted_with(turn: Turn, heard: Heard) -> Happening | None:
    """The incident on which a signal is only counted, because its camera's rule speaks faster than anyone can weigh.

    A bucket of `burst` signals that fills again by one every `burst_every_s`; None while it is not empty.
    """
    if heard.source != "camera":
        return None
    watch, buckets = turn.state.book.params.watch, turn.state.book.buckets
    key = f"{heard.camera}|{heard.rule}|{heard.event_type}{'|drill' if heard.exercise else ''}"
    bucket = buckets.setdefault(key, Bucket(float(watch.burst), turn.at, heard.signal_id))
    bucket.left = min(float(watch.burst), bucket.left + (turn.at - bucket.since) / watch.burst_every_s)
    bucket.since = turn.at
    incident = _seat_of(turn.state, bucket.newest) if bucket.left < 1.0 else None
    if incident is not None:
        incident.seats[bucket.newest].repeats += 1
        return incident
    bucket.left, bucket.newest = max(0.0, bucket.left - 1.0), heard.signal_id
    return None


def forget_buckets(state: State, at: float) -> None:
    """Drop the buckets that are full again."""
    watch, buckets = state.book.params.watch, state.book.buckets
    whole = watch.burst * watch.burst_every_s
    for key in [key for key, bucket in buckets.items() if at - bucket.since > whole]:
        del buckets[key]


def _seat_of(state: State, signal_id: str) -> Happening | None:
    """The live incident in which a signal sits."""
    known = state.book.signals.get(signal_id)
    incident = state.book.incidents.get(known.incident or "") if known is not None else None
    live = incident is not None and not incident.closed_by and signal_id in incident.seats
    return incident if live else None
