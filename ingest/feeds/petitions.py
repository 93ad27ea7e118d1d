"""A petition (阳光信访), to a `Petition`; 检举控告 is refused before anything else of it is read.

信访工作条例 art. 30 forbids to pass an informant's material on. So the class is read first, a petition whose class
is not known to be harmless is treated as if it might be one, and of neither is anything kept.
"""

from contracts.intake import Feed
from contracts.signals import Petition
from ingest.feeds.claim import Reader
from ingest.feeds.context import FeedContext, Outcome, Parsed
from ingest.feeds.document import Document
from ingest.feeds.work_items import body_of, class_of, informant_of, without_persons

_CLASSES = (
    ("申诉", "petition_request"), ("求决", "petition_request"), ("request", "petition_request"),
    ("建议", "petition_suggestion"), ("意见", "petition_suggestion"), ("suggestion", "petition_suggestion"),
)  # fmt: skip
_CLASS_HINT = "class_name 申诉求决类 or 建议意见类 (or class_code request, suggestion)"


def parse(document: Document, context: FeedContext) -> Outcome:
    """A `Petition`, every reason why not, or `Informant`."""
    reader = Reader.of(Feed.PETITION, document, context, {})
    said = class_of(reader)
    informant = informant_of(reader, said)
    if informant is not None:
        return informant
    event_type = next((name for word, name in _CLASSES if word in said), None)
    if event_type is None:
        reader.fields.wrong("class_name", "an unknown class of petition; nothing of it was kept", _CLASS_HINT)
        return reader.unread("", None)
    number, body = body_of(reader, event_type)
    if reader.notes.errors:
        return reader.unread(number, without_persons(document.members))
    item = Petition(**body)
    return Parsed(
        item, reader.source.origin, reader.notes.canonical(), item.accepted_at, None, tuple(reader.notes.warnings)
    )
