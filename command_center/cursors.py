"""Where a list goes on: (time, id) of the last item, as an opaque text that a client only hands back."""

import base64
import binascii
from datetime import datetime

from command_center.problems import Problem
from contracts.rejected import FieldError


def cursor_of(at: datetime, last_id: str) -> str:
    """The cursor after an item."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{last_id}".encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    """The item after which the list goes on.

    Raises:
        Problem: 422, it is not one of ours.
    """
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, _, last_id = text.partition("|")
        moment = datetime.fromisoformat(at)
    except (ValueError, binascii.Error):
        moment, last_id = None, ""
    if moment is None or moment.tzinfo is None or not last_id:
        hint = FieldError(field="cursor", reason="unreadable", hint="hand back `next` of the page before, unchanged")
        raise Problem(422, "The cursor cannot be read.", errors=[hint])
    return moment, last_id
