"""Outbound webhooks: what is told, how it is signed, when it is tried again and when it is given up. Pure.

Signed as Standard Webhooks 1.0 (standardwebhooks.com) says, so that receivers have libraries for it: the headers
`webhook-id`, `webhook-timestamp`, `webhook-signature`, the last over «id.timestamp.body». Told at least once: the id
is the same at every try, and a receiver that has seen it answers 2xx and does nothing. A later `seq` is newer.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from pydantic import AwareDatetime

from command_center.messages import Row
from command_center.rows import WallRow
from contracts.contract import Contract
from contracts.errors import ConfigurationError
from contracts.wire import encode

EVENT_TYPE = "cn.hub.incident.changed.v1"
WAITS: tuple[timedelta, ...] = (
    timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30),
    timedelta(hours=1), timedelta(hours=2), timedelta(hours=4), timedelta(hours=8), timedelta(hours=8),
)  # fmt: skip
"""between one try and the next; after the last it is a dead letter: about a day in all"""
LEAST_SECRET = 24
"""bytes, as Standard Webhooks asks"""
_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class Target:
    """Who is told."""

    name: str
    url: str
    secret: bytes
    exercise: bool = False
    """told of drills instead of the real: never of both (P23)"""


class IncidentChanged(Contract):
    """What a receiver is sent, as the data of a CloudEvent."""

    seq: int
    """number of the change log; a greater one is newer"""
    cause: str
    """fusion, or the step that a person took: dispatch, claim, …"""
    at: AwareDatetime
    incident: Row
    """as it is now, with its handling: never a word of a confidential call, never a person"""


def event_of(target: Target, seq: int, cause: str, at: datetime, one: WallRow) -> bytes | None:
    """The body for this target; None when the change is not one it is told of: confidential altogether, or of the other
    side of 演练."""
    row = one.seen_by("street")
    if row is None or row.exercise is not target.exercise:
        return None
    data = IncidentChanged(seq=seq, cause=cause, at=at, incident=row)
    return encode(
        data, event_id=f"board:{seq}", source="/console", event_type=EVENT_TYPE, time=at, subject=row.incident_id
    )


def headers(target: Target, webhook_id: str, now: datetime, body: bytes) -> Mapping[str, str]:
    """Of one try."""
    timestamp = str(int(now.timestamp()))
    return {
        "content-type": "application/cloudevents+json",
        "webhook-id": webhook_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature(target.secret, webhook_id, timestamp, body)}",
    }


def signature(secret: bytes, webhook_id: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 in base64. Source: Standard Webhooks 1.0, «Signature scheme»."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def secret_of(name: str, given: str) -> bytes:
    """The key of a setting: `whsec_` and base64, or any words long enough.

    Raises:
        ConfigurationError: it is no base64, or too short to protect anything.
    """
    where = f"HUB_CONSOLE__WEBHOOKS: {name}.secret"
    try:
        key = base64.b64decode(given[len(_PREFIX) :], validate=True) if given.startswith(_PREFIX) else given.encode()
    except binascii.Error:
        raise ConfigurationError("not base64 after whsec_", where=where, hint="whsec_ and 24 or more bytes") from None
    if len(key) < LEAST_SECRET:
        hint = "openssl rand -base64 32, with whsec_ before it; the same at the receiver"
        raise ConfigurationError(f"a secret of {len(key)} bytes is too short", where=where, hint=hint)
    return key


def next_try(tries: int, status: int | None, now: datetime, jitter: float) -> datetime | None:
    """When to try again after `tries` tries, the last of which was answered by `status` (None: not at all); None: it is
    a dead letter. `jitter` in [0, 1) spreads receivers that came back at once."""
    if status == HTTPStatus.GONE or tries > len(WAITS):
        return None
    return now + WAITS[tries - 1] * (1.0 + 0.2 * jitter)


def is_taken(status: int | None) -> bool:
    """Whether the receiver has it."""
    return status is not None and HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def targets_of(settings: Mapping[str, tuple[str, str, bool]]) -> Sequence[Target]:
    """Of name → (URL, secret, drills).

    Raises:
        ConfigurationError: a URL that is none, or a secret too short.
    """
    found = []
    for name, (url, secret, exercise) in sorted(settings.items()):
        if not url.startswith(("https://", "http://")):
            raise ConfigurationError("no URL", where=f"HUB_CONSOLE__WEBHOOKS: {name}.url", hint="https://host/path")
        found.append(Target(name, url, secret_of(name, secret), exercise))
    return tuple(found)
