"""From bytes to the members of one document: UTF-8 JSON, as a CloudEvent or plain."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from contracts.errors import Unreadable

MAX_BODY_BYTES = 1024 * 1024
"""a report is text; what is larger holds pictures that belong into the evidence store"""
MAX_ORIGIN = 200


@dataclass(frozen=True, slots=True)
class Document:
    """One report as it was sent."""

    raw: bytes
    members: Mapping[str, Any]
    prefix: str = ""
    """`data.` inside a CloudEvent: members are named to the sender as the sender wrote them"""
    origin: str = ""
    """the CloudEvents `source`; empty for plain JSON"""
    event_id: str = ""
    event_type: str = ""
    time: Any = field(default=None)

    def says(self, key: str) -> bool:
        """Whether a member holds more than null, blank or the zero that police systems write for «unknown»."""
        value = self.members.get(key)
        return value is not None and str(value).strip().strip("0.") != ""


def open_document(body: bytes) -> Document:
    """The document in `body`.

    Raises:
        Unreadable: too large, no UTF-8, no JSON, no object, or a CloudEvent without its required members.
    """
    whole = _object(body)
    if "specversion" not in whole:
        return Document(body, whole)
    if whole["specversion"] != "1.0":
        raise Unreadable("unknown version of CloudEvents", field="specversion", hint='"1.0"')
    for name in ("id", "source"):
        if not isinstance(whole.get(name), str) or not whole[name].strip():
            raise Unreadable("missing", field=name, hint="a CloudEvent has a non-empty text id and source")
    if not _is_plain(whole["source"]) or len(whole["source"]) > MAX_ORIGIN:
        raise Unreadable("not a URI reference", field="source", hint="for example /police/110/990199")
    data = whole.get("data")
    if not isinstance(data, dict):
        raise Unreadable("is not a JSON object", field="data", hint="put the report's members into data")
    kind = whole.get("type")
    return Document(
        body, data, "data.", whole["source"].strip(), whole["id"].strip(), kind if isinstance(kind, str) else "",
        whole.get("time"),
    )  # fmt: skip


def _object(body: bytes) -> dict[str, Any]:
    if len(body) > MAX_BODY_BYTES:
        raise Unreadable(
            f"{len(body)} bytes are more than the {MAX_BODY_BYTES} that a report may have",
            hint="send references to photos, not the photos",
        )
    try:
        whole = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as bad:
        raise Unreadable(f"no JSON: {_told(bad)}", hint=_encoding_hint(body)) from None
    if not isinstance(whole, dict):
        raise Unreadable("is not a JSON object", hint="one report a request, as an object {…}")
    return whole


def _told(bad: orjson.JSONDecodeError) -> str:
    """What the parser said and where, without a piece of the body: it may be personal."""
    return f"{bad.msg.split(': line')[0]} (line {bad.lineno}, column {bad.colno})"


def _encoding_hint(body: bytes) -> str:
    try:
        body.decode()
    except UnicodeDecodeError:
        return "encode the body in UTF-8 (it looks like GBK or broken text)"
    return "one JSON object in UTF-8, without NaN or Infinity"


def _is_plain(text: str) -> bool:
    """Whether a text is printable: no control characters, which identifiers never hold."""
    return text.isprintable()
