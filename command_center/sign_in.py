"""Who asks: sessions by cookie, API tokens, one-time links; idle seats and guessed passwords are locked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from command_center.passwords import Passwords, hash_token, new_token
from command_center.permissions import Right, View, may, rights_of, view_of
from command_center.store.people import People, User
from contracts.actions import Actor

FAILURES_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)
TOUCH_EVERY = timedelta(seconds=20)
"""a session's last use is written at most so often"""


@dataclass(frozen=True, slots=True)
class Operator:
    """The person behind a request."""

    login: str
    display_name: str
    unit: str
    role: str
    session: str = ""
    """hash of the session's token; empty for an API token"""

    @property
    def actor(self) -> Actor:
        """For the audit and for fusion."""
        return Actor(user=self.login, unit=self.unit, role=self.role)

    @property
    def view(self) -> View:
        """What of the board this person sees."""
        return view_of(self.role)

    @property
    def rights(self) -> frozenset[Right]:
        """Of the role."""
        return rights_of(self.role)

    def may(self, right: Right) -> bool:
        """Whether the role holds the right."""
        return may(self.role, right)


def operator_of(user: User, session: str = "") -> Operator:
    """The person of a user's row."""
    return Operator(user.login, user.display_name, user.unit, user.role, session)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Opens, finds and closes sessions."""

    people: People
    passwords: Passwords
    clock: Callable[[], datetime]
    idle: timedelta
    life: timedelta

    async def by_password(self, login: str, password: str) -> tuple[Operator, str] | None:
        """The person and the new session's token; None for whatever is wrong, which is never told apart."""
        now = self.clock()
        user = await self.people.find(login)
        usable = user is not None and not user.disabled and not (user.locked_until and user.locked_until > now)
        fits = await self.passwords.matches(user.password_hash if user else None, password)
        if user is None or not usable:
            return None
        if not fits:
            await self.people.login_failed(login, limit=FAILURES_BEFORE_LOCK, lock_until=now + LOCKED_FOR)
            return None
        await self.people.login_succeeded(login)
        return await self._open(user)

    async def by_link(self, token: str) -> tuple[Operator, str] | None:
        """The person and the new session's token; None when the link is used, expired or unknown."""
        user = await self.people.use_link(hash_token(token), self.clock())
        return None if user is None else await self._open(user)

    async def by_session(self, token: str, *, in_use: bool = True) -> Operator | None:
        """Who holds this session; None when it is locked for idling, over, or unknown. `in_use`: a person is at the
        seat, not only a page that refreshes itself."""
        now, hashed = self.clock(), hash_token(token)
        found = await self.people.session(hashed)
        if found is None or found.expires_at <= now or now - found.last_seen > self.idle:
            return None
        if in_use and now - found.last_seen > TOUCH_EVERY:
            await self.people.touch_session(hashed, now)
        return operator_of(found.user, hashed)

    async def by_token(self, token: str) -> Operator | None:
        """Whose API token it is."""
        user = await self.people.user_of_token(hash_token(token))
        return None if user is None else operator_of(user)

    async def close(self, operator: Operator) -> None:
        """Signed out."""
        await self.people.close_session(operator.session)

    async def _open(self, user: User) -> tuple[Operator, str]:
        token = new_token()
        await self.people.open_session(hash_token(token), user.login, self.clock(), self.life)
        return operator_of(user, hash_token(token)), token
