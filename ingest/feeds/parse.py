"""One door for all feeds: bytes and context in, a report or the reasons why not out. Pure."""

from collections.abc import Callable

from contracts.errors import Unreadable
from contracts.intake import Feed
from contracts.rejected import FieldError
from contracts.topics import RAW_DISPUTES, RAW_GRID, RAW_PETITIONS, RAW_POLICE_110, Topic
from ingest.feeds import disputes, grid, petitions, police_110
from ingest.feeds.context import FeedContext, Outcome, Unread
from ingest.feeds.document import Document, open_document

TOPIC_OF: dict[Feed, Topic] = {
    Feed.POLICE_110: RAW_POLICE_110,
    Feed.GRID: RAW_GRID,
    Feed.DISPUTE: RAW_DISPUTES,
    Feed.PETITION: RAW_PETITIONS,
}
_PARSERS: dict[Feed, Callable[[Document, FeedContext], Outcome]] = {
    Feed.POLICE_110: police_110.parse,
    Feed.GRID: grid.parse,
    Feed.DISPUTE: disputes.parse,
    Feed.PETITION: petitions.parse,
}
_FEED_OF_TYPE = {topic.event_type: feed for feed, topic in TOPIC_OF.items()}


def parse(feed: Feed, body: bytes, context: FeedContext) -> Outcome:
    """What `body` says on `feed`. Never raises for any bytes: bad input is an `Unread` with its reasons.

    Of a petition that cannot be opened nothing is kept, for it might be an informant's.
    """
    keep = None if feed is Feed.PETITION else body
    try:
        document = open_document(body)
    except Unreadable as bad:
        error = FieldError(field=bad.field, reason=bad.reason, hint=bad.hint)
        return Unread((error,), context.source, "", keep)
    meant = _FEED_OF_TYPE.get(document.event_type, feed)
    if meant is not feed:
        error = FieldError(
            field="type",
            reason=f"{document.event_type} does not belong here",
            hint=f"send it to the feed {meant.value}",
        )
        # Whatever came through the wrong door may be a petition.
        return Unread((error,), document.origin, "", None if meant is Feed.PETITION else keep)
    return _PARSERS[feed](document, context)
