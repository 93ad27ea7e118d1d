"""A dispute (矛盾纠纷) from the mediation system, to a `Dispute`: a work item with a place, never its parties."""

from contracts.intake import Feed
from contracts.signals import Dispute
from ingest.feeds.claim import Reader
from ingest.feeds.context import FeedContext, Outcome, Parsed
from ingest.feeds.document import Document
from ingest.feeds.work_items import body_of, class_of, informant_of, without_persons

_MOST_PARTIES = 100_000


def parse(document: Document, context: FeedContext) -> Outcome:
    """A `Dispute`, every reason why not, or `Informant` (a petition at the wrong door).

    Of the parties only how many there are is read.
    """
    reader = Reader.of(Feed.DISPUTE, document, context, {})
    informant = informant_of(reader, class_of(reader))
    if informant is not None:
        return informant
    number, body = body_of(reader, "dispute_case")
    parties = reader.fields.number("parties_count")
    if parties is not None and not 0 <= parties <= _MOST_PARTIES:
        reader.fields.doubt("parties_count", "not a number of parties; left out")
        parties = None
    if reader.notes.errors:
        return reader.unread(number, without_persons(document.members))
    item = Dispute(**body, parties_count=None if parties is None else int(parties))
    return Parsed(
        item, reader.source.origin, reader.notes.canonical(), item.accepted_at, None, tuple(reader.notes.warnings)
    )
