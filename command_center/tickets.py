"""Permission to open one live picture once: given for a stated reason, used within seconds, by the same person."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from command_center.passwords import hash_token, new_token

GOOD_FOR = timedelta(seconds=30)
MOST = 2_000
"""unused tickets kept; the oldest goes"""


@dataclass(frozen=True, slots=True)
class Permission:
    """What a ticket opens."""

    camera_id: str
    login: str
    sub: bool
    hevc: bool
    reason: str
    incident_id: str | None
    until: datetime


class Tickets:
    """In the console's memory: a ticket opens nothing on another console and nothing after a restart."""

    def __init__(self) -> None:
        self._given: OrderedDict[str, Permission] = OrderedDict()

    def give(self, permission: Permission) -> str:
        """The ticket; only its hash stays here."""
        token = new_token()
        self._given[hash_token(token)] = permission
        while len(self._given) > MOST:
            self._given.popitem(last=False)
        return token

    def take(self, token: str, camera_id: str, login: str, now: datetime) -> Permission | None:
        """What it opens, once; None when it is used, too old, another camera's or another person's."""
        permission = self._given.pop(hash_token(token), None)
        fits = permission is not None and (permission.camera_id, permission.login) == (camera_id, login)
        return permission if permission and fits and now <= permission.until else None
