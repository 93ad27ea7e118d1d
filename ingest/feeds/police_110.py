"""A call of the 110 desk, in our names or a police system's pinyin keys, to a `PoliceAlert`. Never drops one."""

from datetime import datetime
from typing import Any, Literal

from contracts.geo import Position
from contracts.intake import CallerDetails, Feed
from contracts.kinds import EVENT_TYPES, Certainty, Kind
from contracts.signals import PoliceAlert
from ingest.feeds.claim import MOST_ADDRESS, MOST_NAME, MOST_PROSE, Reader
from ingest.feeds.context import FeedContext, Outcome, Parsed
from ingest.feeds.document import Document
from ingest.feeds.police_categories import KINDS_BY_WORDS, OPEN_CODES, event_type_of, severity_of
from ingest.feeds.reading import Fields
from ingest.feeds.whereabouts import Sigma, Whereabouts, datum_or_hint, read_position, settle
from ingest.lexicon import Reading, read
from ingest.masking import mask

PINYIN: dict[str, str] = {
    "call_no": "JJDBH", "main_call_no": "GLZJJDBH", "reported_at": "BJSJ", "happened_at": "JQFSSJ",
    "category": "JQLBDM", "category_name": "JQLBMC", "subcategory": "JQLXDM", "subcategory_name": "JQLXMC",
    "level": "JQDJDM", "content": "BJNR", "address": "JQDZ", "landmark_no": "TZDBH", "unit_code": "GXDWDM",
    "relation": "GLLX", "confidential": "SFBM", "invalid": "WXBS", "has_weapon": "YWCWQ", "has_hazmat": "YWWXWZ",
    "has_blast": "YWBZXL", "grid_code": "WGBH",
}  # fmt: skip
"""our name → the key of domain.md §4.2. BJDHYHM and BJDHYHDZ (three-field information) are not imported."""

_PINYIN_CALLER = {"name": "BJRMC", "phone": "LXDH", "line": "BJDH"}
_PINYIN_POSITIONS = (("FXDWWD", "FXDWJD"), ("BJRYZB", "BJRXZB"))
"""(latitude, longitude) keys: the reverse-located place before the caller's own"""
_FLAG_WORDS = {"has_weapon": "持械", "has_hazmat": "危险品", "has_blast": "爆炸物"}
_SIGMA = Sigma(unstated_m=200.0, floor_m=50.0 / 1.5, divisor=1.5)
"""a radius of 50 to 300 m is said by the desk's positioning; sigma = radius / 1.5 (fusion.md §3.1)"""

Relation = Literal["duplicate_report", "urge", "officer_feedback", "repeat_nuisance"]
_RELATIONS: dict[str, Relation] = {
    "1": "duplicate_report", "2": "urge", "3": "officer_feedback", "4": "repeat_nuisance",
    "duplicate_report": "duplicate_report", "urge": "urge", "officer_feedback": "officer_feedback",
    "repeat_nuisance": "repeat_nuisance",
}  # fmt: skip


def parse(document: Document, context: FeedContext) -> Outcome:
    """A `PoliceAlert` with its caller apart, or every reason why not."""
    reader = Reader.of(Feed.POLICE_110, document, context, PINYIN)
    fields = reader.fields
    number = reader.number("call_no")
    reported_at = reader.moment("reported_at")
    happened_at = fields.moment("happened_at")
    original = fields.prose("content", most=MOST_PROSE)
    caller = _caller(reader, original)
    name = caller.name if caller else ""
    content = mask(original, name)
    address = mask(fields.prose("address", most=MOST_ADDRESS), name)
    body = _body(reader, read(f"{reader.text('subcategory_name', most=MOST_NAME)} {content}"))
    where, landmark_no = _whereabouts(reader, address or content)
    if reader.notes.errors or reported_at is None:
        return reader.unread(number, document.raw)
    observed_at = _observed(fields, happened_at, reported_at)
    body |= reader.head(number, where, observed_at=observed_at, words=body["words"], said=f"{address} {content}")
    hidden = body["confidential"]
    alert = PoliceAlert(
        **body,
        time_stated=observed_at is happened_at,
        landmark_no=landmark_no or None,
        place_text=where.name if hidden else (address or where.name),
        certainty=Certainty.OBSERVED,
        call_no=number,
        # Domain rule P17: what was said stays sealed beside the caller; a person reads it for a reason.
        content="" if hidden else content,
        address=address,
    )
    return Parsed(
        alert, reader.source.origin, reader.notes.canonical(), reported_at, caller, tuple(reader.notes.warnings)
    )


def _body(reader: Reader, said: Reading) -> dict[str, Any]:
    """What happened: event type, kind, severity, words, and the call's own codes."""
    fields = reader.fields
    code, name = fields.identifier("category"), reader.text("category_name", most=MOST_NAME)
    known = event_type_of(code, f"{name} {fields.identifier('subcategory')}")
    if known is None:
        hint = "a code or name of 警情类别; taken as call_other, the level and the words decide"
        fields.doubt("category", "an unknown category" if code or name else "no category", hint)
    event_type, fixed = known or ("call_other", None)
    allowed = KINDS_BY_WORDS[event_type]
    if known is None or code.upper() in OPEN_CODES:
        allowed = frozenset(Kind) - {Kind.DEVICE}
    kind = fixed or said.kind(allowed) or EVENT_TYPES[event_type].kind
    if fields.flag("invalid"):
        event_type, kind = "call_other", Kind.NONE
    severity, raw = reader.severity(severity_of(event_type, kind))
    flagged = tuple(word for flag, word in _FLAG_WORDS.items() if fields.flag(flag))
    return {
        "event_type": event_type, "kind": kind, "severity": severity, "severity_raw": raw,
        "words": (*said.words, *flagged), "initial_category": code, "category_name": name,
        "confidential": bool(fields.flag("confidential")) or said.confidential,
        "unit_code": fields.identifier("unit_code"), "main_call_no": fields.identifier("main_call_no") or None,
        "relation": _relation(fields),
    }  # fmt: skip


def _relation(fields: Fields) -> Relation | None:
    raw = fields.identifier("relation")
    if raw.lstrip("0") == "":
        return None
    relation = _RELATIONS.get(raw.lstrip("0"))
    if relation is None:
        fields.doubt("relation", "an unknown relation; left out", "1 重复报警, 2 催办, 3 民警反馈, 4 多次骚扰")
    return relation


def _observed(fields: Fields, happened_at: datetime | None, reported_at: datetime) -> datetime:
    if happened_at is None:
        return reported_at
    if happened_at > reported_at:
        fields.doubt("happened_at", "later than reported_at; the time of the report is used")
        return reported_at
    return happened_at


def _caller(reader: Reader, original: str) -> CallerDetails | None:
    members = {key: reader.document.members.get(key) for key in _PINYIN_CALLER.values()}
    caller = reader.fields.child("caller") or Fields(
        members, reader.notes, names=_PINYIN_CALLER, sent=reader.document.prefix, ours="caller."
    )
    name = caller.prose("name", most=MOST_NAME)
    phone = caller.identifier("phone", most=32) or caller.identifier("line", most=32)
    details = CallerDetails(name=name, phone=phone, content_original=original)
    return details if name or phone or original else None


def _whereabouts(reader: Reader, address: str) -> tuple[Whereabouts, str]:
    fields, gazetteer = reader.fields, reader.context.gazetteer
    landmark_no, grid_code = fields.identifier("landmark_no"), fields.identifier("grid_code")
    landmark = gazetteer.landmark(landmark_no) if landmark_no else None
    if landmark_no and landmark is None:
        fields.doubt("landmark_no", "not on the map of landmarks", "add it to landmarks.geojson")
    where, known = settle(
        reader.context, position=_position(reader), sigma=_SIGMA, landmark=landmark,
        grid=gazetteer.grid(grid_code) if grid_code else None, address=address,
    )  # fmt: skip
    if not known:
        fields.doubt("position", "no place is known: it stands in the middle of the county", "send a position")
    return where, landmark_no


def _position(reader: Reader) -> Position | None:
    fields = reader.fields
    child = fields.child("position")
    if child is not None:
        return read_position(child, reader.context)
    for lat, lon in _PINYIN_POSITIONS:
        pair = Fields(
            reader.document.members, reader.notes, names={"lat": lat, "lon": lon}, sent=reader.document.prefix,
            ours="position.",
        )  # fmt: skip
        if not reader.document.says(lat) and not reader.document.says(lon):
            continue
        datum = datum_or_hint(fields, lat, reader.source)
        return None if datum is None else read_position(pair, reader.context, datum=datum)
    return None
