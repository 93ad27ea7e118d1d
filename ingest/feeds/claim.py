"""What every report has in common: number, times, level, place, words. The head of each signal is made here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.intake import Feed
from contracts.kinds import Severity
from ingest.feeds.context import FeedContext, SourceContext, Unread
from ingest.feeds.document import Document
from ingest.feeds.reading import Fields, Notes
from ingest.feeds.whereabouts import Whereabouts
from ingest.lexicon import MAX_WORDS
from ingest.masking import mask

MOST_PROSE = 4000
MOST_ADDRESS = 200
MOST_NAME = 80
_LEVELS = {
    spelling: level
    for level, spellings in enumerate(("1 一 Ⅰ I", "2 二 Ⅱ II", "3 三 Ⅲ III", "4 四 Ⅳ IV"), start=1)
    for spelling in spellings.split()
}


@dataclass(frozen=True, slots=True)
class Reader:
    """One document being read: its members, and what the settings say of its source."""

    feed: Feed
    fields: Fields
    document: Document
    context: FeedContext
    source: SourceContext
    exercise: bool
    """marked by the record, or by the settings for all"""

    @classmethod
    def of(cls, feed: Feed, document: Document, context: FeedContext, names: dict[str, str]) -> "Reader":
        """A reader of `document`; `names` maps our member names to the source's own."""
        source = context.of(feed, document.origin or context.source)
        fields = Fields(document.members, Notes(), names=names, sent=document.prefix)
        return cls(feed, fields, document, context, source, bool(fields.flag("exercise")) or context.exercise)

    @property
    def notes(self) -> Notes:
        """Errors, warnings and everything read so far."""
        return self.fields.notes

    def number(self, name: str) -> str:
        """The source's own number: what makes a repeat a repeat. A CloudEvent's id stands in for it."""
        number = self.fields.identifier(name)
        if not number and not self.fields.has(name):
            number = self.document.event_id if self.document.event_id.isprintable() else ""
            if not number or len(number) > 64:
                self.fields.wrong(name, "missing", "the source's own number; the same number again is the same report")
                return ""
        return number

    def moment(self, name: str, *, required: bool = True) -> datetime | None:
        """A time that must not lie in the future; a CloudEvent's `time` stands in for a required one."""
        fields = self.fields
        if required and not fields.has(name) and self.document.time is not None:
            envelope = Fields({"time": self.document.time}, self.notes, names={}, sent="")
            return self._not_future(envelope, "time", envelope.moment("time"))
        return self._not_future(fields, name, fields.moment(name, required=required))

    def text(self, name: str, *, most: int) -> str:
        """Free text with every number of a person masked."""
        return mask(self.fields.prose(name, most=most))

    def severity(self, fallback: Severity) -> tuple[Severity, str]:
        """(severity with 1 the gravest, the level as it was sent); an unknown level is doubted, never refused."""
        raw = self.fields.identifier("level", most=16)
        if not raw:
            return fallback, ""
        level = _LEVELS.get(raw.lstrip("0").removesuffix("级警情").removesuffix("级").upper())
        if level is None:
            hint = f"1 (gravest) to 4; taken as {fallback.value}"
            self.fields.doubt("level", "an unknown level", hint)
            return fallback, mask(raw)
        return Severity(5 - level if self.source.level_inverted else level), raw

    def unread(self, source_ref: str, keep: bytes | None) -> Unread:
        """The reasons why this document is no report."""
        return Unread(tuple(self.notes.errors), self.source.origin, source_ref, keep)

    def head(
        self, number: str, where: Whereabouts, *, observed_at: datetime, words: tuple[str, ...], said: str = ""
    ) -> dict[str, Any]:
        """The members that every signal of this document has. `observed_at` is never later than now.

        `said` is the text in which names of known places are looked for, beside the place's own.
        """
        place_words = self.context.gazetteer.names_in(f"{where.name} {said}")
        return {
            "signal_id": f"{self.feed.value}:{self.source.origin}:{number}",
            "source_ref": f"{self.source.origin}:{number}",
            "observed_at": min(observed_at, self.context.now),
            "received_at": self.context.now,
            "place": where.place,
            "district": where.district,
            "grid_code": where.grid_code,
            "words": tuple(dict.fromkeys((*place_words, *words)))[:MAX_WORDS],
            "exercise": self.exercise,
        }

    def _not_future(self, fields: Fields, name: str, moment: datetime | None) -> datetime | None:
        if moment is not None and moment - self.context.now > self.context.future_tolerance:
            ahead = (moment - self.context.now).total_seconds()
            fields.wrong(
                name, f"{ahead:.0f} s in the future by the hub's clock",
                "set the sender's clock (NTP), mind the zone, and send it again",
            )  # fmt: skip
        return moment
