"""The demo's three users and one-time sign-in links; the only users that nobody had to add by hand."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.passwords import hash_token, new_token
from command_center.store.database import Database
from command_center.store.people import People, User

LINK_LIFE = timedelta(hours=12)

DEMO_USERS = (
    User("dispatcher", "接警员 01", "县公安局指挥中心", "dispatcher"),
    User("grid", "网格受理员 01", "县社会治理中心", "grid_operator"),
    User("integrator", "运维集成 01", "县大数据中心", "integrator"),
)
"""without a password: they sign in by link only"""


async def demo_links(engine: AsyncEngine, base_url: str, now: datetime) -> list[tuple[str, str]]:
    """(login, one-time link) of each demo user; the users are made when they are missing."""
    people = People(Database(engine))
    found = []
    for user in DEMO_USERS:
        await people.add(user, now)
        found.append((user.login, await sign_in_link(people, user.login, base_url, now, LINK_LIFE)))
    return found


async def sign_in_link(people: People, login: str, base_url: str, now: datetime, life: timedelta) -> str:
    """A new one-time link."""
    token = new_token()
    await people.add_link(hash_token(token), login, now + life)
    return f"{base_url.rstrip('/')}/sign-in/{token}"
