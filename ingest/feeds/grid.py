"""A report of the grid: by a grid worker, a resident or the 12345 hotline, to a `GridReport`."""

from typing import Any

from contracts.intake import CallerDetails, Feed
from contracts.kinds import EVENT_TYPES, Certainty
from contracts.signals import GridReport
from ingest.feeds.claim import MOST_ADDRESS, MOST_NAME, MOST_PROSE, Reader
from ingest.feeds.context import FeedContext, Outcome, Parsed
from ingest.feeds.document import Document
from ingest.feeds.grid_classes import event_type_of, open_to_words
from ingest.feeds.reading import Fields
from ingest.feeds.whereabouts import Sigma, Whereabouts, read_position, settle
from ingest.lexicon import read
from ingest.masking import mask

SIGMA = Sigma(unstated_m=20.0, floor_m=10.0, divisor=1.0)
"""a phone's GPS: max(10, accuracy), 20 when it says none (domain.md (b))"""
_ON_THE_SPOT = frozenset({"", "grid_worker", "GRID_MEMBER", "网格员", "网格员上报"})


def parse(document: Document, context: FeedContext) -> Outcome:
    """A `GridReport`, the reporter's own data apart, or every reason why not."""
    reader = Reader.of(Feed.GRID, document, context, {"happened_at": "FSSJ"})
    fields = reader.fields
    number = reader.number("report_no")
    reported_at = reader.moment("reported_at")
    happened_at = reader.moment("happened_at", required=False)
    original = fields.prose("description", most=MOST_PROSE)
    child = fields.child("reporter")
    name = child.prose("name", most=MOST_NAME) if child else ""
    description = mask(original, name)
    address = mask(fields.prose("address", most=MOST_ADDRESS), name)
    body = _body(reader, description)
    where, grid_code, landmark_no = _whereabouts(reader, address)
    reporter = _reporter(child, name, original if original != description else "")
    if reader.notes.errors or reported_at is None:
        return reader.unread(number, document.raw)
    stated = happened_at is not None and happened_at <= reported_at
    observed_at = happened_at if stated and happened_at is not None else reported_at
    body |= reader.head(number, where, observed_at=observed_at, words=body["words"], said=f"{address} {description}")
    body["grid_code"] = grid_code or where.grid_code
    report = GridReport(
        **body,
        time_stated=stated,
        landmark_no=landmark_no or None,
        place_text=address or where.name,
        report_no=number,
        description=description,
    )
    return Parsed(
        report, reader.source.origin, reader.notes.canonical(), reported_at, reporter, tuple(reader.notes.warnings)
    )


def _body(reader: Reader, description: str) -> dict[str, Any]:
    """What it is about: event type, kind, severity, words, and the report's own codes."""
    fields = reader.fields
    code, name = fields.identifier("class_code"), reader.text("class_name", most=MOST_NAME)
    origin = reader.text("origin", most=MOST_NAME)
    said = read(f"{name} {description}")
    known = event_type_of(code, name)
    if known is None:
        fault = "an unknown class" if code or name else "no class"
        fields.doubt("class_code", fault, "four digits of major and minor class, 0505; taken as hotline_request")
    event_type, fixed = known or ("hotline_request", None)
    row = EVENT_TYPES[event_type]
    kind = fixed or said.kind(open_to_words(code, event_type)) or row.kind
    severity, raw = reader.severity(row.severity)
    return {
        "event_type": event_type, "kind": kind, "severity": severity, "severity_raw": raw, "words": said.words,
        "class_code": code, "class_name": name, "origin": origin or "grid_worker", "photos": fields.length("photos"),
        "certainty": Certainty.OBSERVED if origin in _ON_THE_SPOT else Certainty.LIKELY,
    }  # fmt: skip


def _whereabouts(reader: Reader, address: str) -> tuple[Whereabouts, str, str]:
    """(where, the grid code as sent, the landmark's number as sent)."""
    fields, gazetteer = reader.fields, reader.context.gazetteer
    grid_code, landmark_no = fields.identifier("grid_code"), fields.identifier("landmark_no")
    grid = gazetteer.grid(grid_code) if grid_code else None
    if grid_code and grid is None:
        fields.doubt("grid_code", "not on the map of grids", "add it to grids.geojson")
    child = fields.child("position")
    where, known = settle(
        reader.context, position=read_position(child, reader.context) if child else None, sigma=SIGMA,
        landmark=gazetteer.landmark(landmark_no) if landmark_no else None, grid=grid, address=address,
    )  # fmt: skip
    if not known:
        fields.doubt("position", "no place is known: it stands in the middle of the county", "send a position")
    return where, grid_code, landmark_no


def _reporter(child: Fields | None, name: str, original: str) -> CallerDetails | None:
    """A resident's name and phone, and the description where it held more than may be shared."""
    phone = child.identifier("phone", most=32) if child else ""
    if not (name or phone or original):
        return None
    return CallerDetails(name=name, phone=phone, content_original=original)
