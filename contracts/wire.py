"""Bytes ↔ contract: CloudEvents 1.0 in structured JSON, on Kafka and HTTP alike."""

import json
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter, ValidationError

from contracts.errors import Unreadable

SCHEMA_VERSION = "1"
"""Raised when an old reader would misread the new schema; carried as the extension `schemaversion`."""

T = TypeVar("T")


class CloudEvent(BaseModel):
    """The envelope. (`source`, `id`) is unique. Source: CloudEvents 1.0, CNCF."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: str = "1.0"
    id: str
    source: str
    type: str
    time: AwareDatetime | None = None
    subject: str | None = None
    datacontenttype: str = "application/json"
    schemaversion: str = SCHEMA_VERSION
    data: Any = None


def encode(
    data: BaseModel,
    *,
    event_id: str,
    source: str,
    event_type: str,
    time: datetime,
    subject: str | None = None,
) -> bytes:
    """One CloudEvent as UTF-8 JSON with stable member order: the same value gives the same bytes."""
    envelope: dict[str, Any] = {
        "specversion": "1.0",
        "id": event_id,
        "source": source,
        "type": event_type,
        "time": time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "schemaversion": SCHEMA_VERSION,
    }
    if subject is not None:
        envelope["subject"] = subject
    envelope["data"] = data.model_dump(mode="json")
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()


def open_envelope(body: bytes) -> CloudEvent:
    """The envelope of a record.

    Raises:
        Unreadable: the bytes are no JSON, or no CloudEvent.
    """
    try:
        return CloudEvent.model_validate_json(body)
    except ValidationError as bad:
        raise unreadable(bad) from None


def decode(body: bytes, adapter: TypeAdapter[T]) -> T:
    """The contract inside a CloudEvent.

    Raises:
        Unreadable: the envelope or its data is not what `adapter` reads; names the first offending field.
    """
    event = open_envelope(body)
    try:
        return adapter.validate_python(event.data)
    except ValidationError as bad:
        raise unreadable(bad, prefix="data.") from None


def unreadable(bad: ValidationError, prefix: str = "") -> Unreadable:
    """The first thing pydantic found wrong, without the value: it may be personal."""
    first = bad.errors(include_url=False, include_context=False, include_input=False)[0]
    field = prefix + ".".join(str(part) for part in first["loc"])
    return Unreadable(first["msg"], field=field.rstrip("."))
