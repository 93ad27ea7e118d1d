"""Users, sessions, one-time sign-in links, API tokens, keys of sources. Secrets are stored as hashes only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from command_center.store.database import Database, execute, rows

_USER = "u.login, u.display_name, u.unit, u.role, u.password_hash, u.failed_logins, u.locked_until, u.disabled"


@dataclass(frozen=True, slots=True)
class User:
    """A member of staff."""

    login: str
    display_name: str
    unit: str
    role: str
    password_hash: str | None = None
    failed_logins: int = 0
    locked_until: datetime | None = None
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session and whose it is."""

    user: User
    last_seen: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SourceKey:
    """A feed's key: who sends, and which feeds it may send to."""

    source: str
    feeds: frozenset[str]


def _user(row: Any) -> User:
    return User(**{name: row[name] for name in User.__slots__})


class People:
    """The tables `users`, `sessions`, `sign_in_links`, `api_tokens`, `source_keys`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ── users

    async def add(self, user: User, now: datetime) -> bool:
        """False when the login is taken."""
        return bool(
            await self._database.execute(
                "INSERT INTO users (login, display_name, unit, role, password_hash, created_at) "
                "VALUES (:login, :display_name, :unit, :role, :password_hash, :now) ON CONFLICT DO NOTHING",
                login=user.login, display_name=user.display_name, unit=user.unit, role=user.role,
                password_hash=user.password_hash, now=now,
            )
        )  # fmt: skip

    async def find(self, login: str) -> User | None:
        """The user, disabled or not."""
        found = await self._database.rows(f"SELECT {_USER} FROM users u WHERE login = :login", login=login)
        return _user(found[0]) if found else None

    async def all(self) -> list[User]:
        """By login."""
        return [_user(row) for row in await self._database.rows(f"SELECT {_USER} FROM users u ORDER BY login")]

    async def set_password(self, login: str, password_hash: str) -> None:
        """Also unlocks, and ends the sessions that the old password opened."""
        async with self._database.begin() as connection:
            await execute(
                connection,
                "UPDATE users SET password_hash = :hash, failed_logins = 0, locked_until = NULL WHERE login = :login",
                hash=password_hash,
                login=login,
            )
            await execute(connection, "DELETE FROM sessions WHERE login = :login", login=login)

    async def disable(self, login: str, now: datetime) -> None:
        """No session, token or link of this user works any more."""
        async with self._database.begin() as connection:
            await execute(connection, "UPDATE users SET disabled = true WHERE login = :login", login=login)
            await execute(connection, "DELETE FROM sessions WHERE login = :login", login=login)
            await execute(
                connection,
                "UPDATE api_tokens SET revoked_at = :now WHERE login = :login AND revoked_at IS NULL",
                login=login,
                now=now,
            )

    async def login_failed(self, login: str, *, limit: int, lock_until: datetime) -> None:
        """Count it; at every `limit`-th failure in a row the login is locked."""
        await self._database.execute(
            "UPDATE users SET failed_logins = failed_logins + 1, locked_until = "
            "CASE WHEN (failed_logins + 1) % :limit = 0 THEN :until ELSE locked_until END WHERE login = :login",
            login=login, limit=limit, until=lock_until,
        )  # fmt: skip

    async def login_succeeded(self, login: str) -> None:
        """Forget the failures."""
        await self._database.execute(
            "UPDATE users SET failed_logins = 0, locked_until = NULL WHERE login = :login AND failed_logins > 0",
            login=login,
        )

    # ── sessions

    async def open_session(self, token_hash: str, login: str, now: datetime, life: timedelta) -> None:
        """Also sweeps what has expired."""
        async with self._database.begin() as connection:
            await execute(connection, "DELETE FROM sessions WHERE expires_at < :now", now=now)
            await execute(
                connection,
                "INSERT INTO sessions (token_hash, login, created_at, last_seen, expires_at) "
                "VALUES (:hash, :login, :now, :now, :expires)",
                hash=token_hash, login=login, now=now, expires=now + life,
            )  # fmt: skip

    async def session(self, token_hash: str) -> OpenSession | None:
        """The session of a token, whatever its age."""
        found = await self._database.rows(
            f"SELECT {_USER}, s.last_seen, s.expires_at FROM sessions s JOIN users u USING (login) "
            "WHERE s.token_hash = :hash AND NOT u.disabled",
            hash=token_hash,
        )
        return OpenSession(_user(found[0]), found[0]["last_seen"], found[0]["expires_at"]) if found else None

    async def living(self, token_hashes: Collection[str], now: datetime) -> set[str]:
        """Which of these sessions are neither closed nor over nor of a disabled user. An idle one lives: its wall
        goes on, so that nobody is silently deaf, and only acting needs a new sign-in."""
        if not token_hashes:
            return set()
        found = await self._database.rows(
            "SELECT s.token_hash FROM sessions s JOIN users u USING (login) "
            "WHERE s.token_hash = ANY(:hashes) AND s.expires_at > :now AND NOT u.disabled",
            hashes=list(token_hashes),
            now=now,
        )
        return {row["token_hash"] for row in found}

    async def touch_session(self, token_hash: str, now: datetime) -> None:
        """The seat is in use."""
        await self._database.execute(
            "UPDATE sessions SET last_seen = :now WHERE token_hash = :hash AND last_seen < :now",
            hash=token_hash,
            now=now,
        )

    async def close_session(self, token_hash: str) -> None:
        """Signed out."""
        await self._database.execute("DELETE FROM sessions WHERE token_hash = :hash", hash=token_hash)

    # ── links, tokens, keys

    async def add_link(self, token_hash: str, login: str, expires_at: datetime) -> None:
        """A one-time sign-in link."""
        await self._database.execute(
            "INSERT INTO sign_in_links (token_hash, login, expires_at) VALUES (:hash, :login, :expires)",
            hash=token_hash, login=login, expires=expires_at,
        )  # fmt: skip

    async def use_link(self, token_hash: str, now: datetime) -> User | None:
        """Whose link it is; a second use, an expired one and a disabled user get None."""
        async with self._database.begin() as connection:
            found = await rows(
                connection,
                "UPDATE sign_in_links l SET used_at = :now FROM users u WHERE l.token_hash = :hash "
                "AND l.used_at IS NULL AND l.expires_at > :now AND u.login = l.login AND NOT u.disabled "
                f"RETURNING {_USER}",
                hash=token_hash,
                now=now,
            )
        return _user(found[0]) if found else None

    async def add_token(self, token_hash: str, login: str, now: datetime) -> None:
        """An API token for scripts; it carries its user's role."""
        await self._database.execute(
            "INSERT INTO api_tokens (token_hash, login, created_at) VALUES (:hash, :login, :now)",
            hash=token_hash, login=login, now=now,
        )  # fmt: skip

    async def user_of_token(self, token_hash: str) -> User | None:
        """Whose API token it is."""
        found = await self._database.rows(
            f"SELECT {_USER} FROM api_tokens t JOIN users u USING (login) "
            "WHERE t.token_hash = :hash AND t.revoked_at IS NULL AND NOT u.disabled",
            hash=token_hash,
        )
        return _user(found[0]) if found else None

    async def add_key(self, key_hash: str, source: str, feeds: list[str], now: datetime) -> None:
        """A source's key for `/api/intake/…`."""
        await self._database.execute(
            "INSERT INTO source_keys (key_hash, source, feeds, created_at) VALUES (:hash, :source, :feeds, :now)",
            hash=key_hash, source=source, feeds=feeds, now=now,
        )  # fmt: skip

    async def source_of_key(self, key_hash: str) -> SourceKey | None:
        """Whose key it is."""
        found = await self._database.rows(
            "SELECT source, feeds FROM source_keys WHERE key_hash = :hash AND revoked_at IS NULL", hash=key_hash
        )
        return SourceKey(found[0]["source"], frozenset(found[0]["feeds"])) if found else None
