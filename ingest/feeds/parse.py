"""One door for all feeds: bytes and context in, a report or the reasons why not out. Pure."""

from collections.abc import Callable
from dataclasses import replace

from contracts.errors import Unreadable
from contracts.intake import Feed
from contracts.rejected import FieldError
from contracts.topics import RAW_DISPUTES, RAW_GRID, RAW_PETITIONS, RAW_POLICE_110, Topic
from ingest.feeds import disputes, grid, petitions, police_110
from ingest.feeds.context import FeedContext, Outcome, Parsed, Unread
from ingest.feeds.document import Document, open_document
from ingest.feeds.never_imported import never_imported

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
_DROPPED = "个人信息，未接收也未保存 (personal: neither taken nor stored)"
_DROPPED_HINT = "leave it out; the hub has no use for who it was"
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
    outcome = _PARSERS[feed](document, context)
    dropped = never_imported(document.members) if isinstance(outcome, Parsed) else ()
    if not dropped or not isinstance(outcome, Parsed):
        return outcome
    said = tuple(FieldError(field=f"{document.prefix}{path}", reason=_DROPPED, hint=_DROPPED_HINT) for path in dropped)
    return replace(outcome, dropped=dropped, warnings=(*outcome.warnings, *said))
