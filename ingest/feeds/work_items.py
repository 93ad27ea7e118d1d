"""What disputes and petitions have in common: a number, a class, a clock and a place; never a person."""

from collections.abc import Mapping
from typing import Any

import orjson

from contracts.kinds import EVENT_TYPES, Certainty
from ingest.feeds.claim import MOST_NAME, Reader
from ingest.feeds.context import Informant
from ingest.feeds.whereabouts import Sigma, read_position, settle

SIGMA = Sigma(unstated_m=60.0, floor_m=60.0, divisor=1.0)
"""the address of a case, not of a happening (fusion.md §3.1)"""
_MEMBERS = (
    "item_no", "class_code", "class_name", "accepted_at", "due_at", "state", "grid_code", "lead_unit",
    "parties_count", "level", "exercise",
)  # fmt: skip
_POSITION = ("lat", "lon", "datum", "accuracy_m")
_SCALAR = (str, int, float, bool)
_INFORMANT = ("检举", "控告", "举报", "informant", "whistle", "accusation")


def class_of(reader: Reader) -> str:
    """Code and name of the class, in small letters."""
    return f"{reader.fields.identifier('class_code')} {reader.fields.prose('class_name', most=MOST_NAME)}".lower()


def informant_of(reader: Reader, said: str) -> Informant | None:
    """What to answer when class `said` is 检举控告, by whichever door it came (信访工作条例 art. 30)."""
    if not any(word in said for word in _INFORMANT):
        return None
    return Informant(reader.source.origin, reader.fields.identifier("item_no") or reader.document.event_id)


def body_of(reader: Reader, event_type: str) -> tuple[str, dict[str, Any]]:
    """(number, the members of the work item); what is wrong is noted in the reader."""
    fields, gazetteer = reader.fields, reader.context.gazetteer
    number = reader.number("item_no")
    accepted_at, due_at = reader.moment("accepted_at"), fields.moment("due_at")
    grid_code = fields.identifier("grid_code")
    grid = gazetteer.grid(grid_code) if grid_code else None
    child = fields.child("position")
    position = read_position(child, reader.context) if child else None
    where, known = settle(reader.context, position=position, sigma=SIGMA, landmark=None, grid=grid, address="")
    if not known:
        fields.doubt("grid_code", "no place is known: it stands in the middle of the county", "send grid_code")
    row = EVENT_TYPES[event_type]
    severity, raw = reader.severity(row.severity)
    body: dict[str, Any] = {
        "event_type": event_type, "kind": row.kind, "severity": severity, "severity_raw": raw,
        "certainty": Certainty.OBSERVED, "place_text": where.name, "item_no": number,
        "class_code": fields.identifier("class_code"), "class_name": reader.text("class_name", most=MOST_NAME),
        "accepted_at": accepted_at, "due_at": due_at, "state": reader.text("state", most=MOST_NAME),
        "lead_unit": reader.text("lead_unit", most=MOST_NAME),
    }  # fmt: skip
    if accepted_at is not None:
        body |= reader.head(number, where, observed_at=accepted_at, words=())
        body["grid_code"] = grid_code or where.grid_code
    return number, body


def without_persons(members: Mapping[str, Any]) -> bytes:
    """The members that a work item may have, as JSON: what of a wrong one may be kept, for parties never leave home."""
    kept: dict[str, Any] = {name: members[name] for name in _MEMBERS if isinstance(members.get(name), _SCALAR)}
    position = members.get("position")
    if isinstance(position, dict):
        kept["position"] = {name: position[name] for name in _POSITION if isinstance(position.get(name), _SCALAR)}
    return orjson.dumps(kept)
