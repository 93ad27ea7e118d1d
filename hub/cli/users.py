"""`hub users`: members of staff, their passwords, links and tokens, and the keys of sources."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from command_center.passwords import Passwords, hash_token, new_token, weakness
from command_center.permissions import ROLE_NAMES, Role
from command_center.store.audit import Audit, Entry
from command_center.store.database import Database
from command_center.store.people import People, User
from contracts.actions import Actor
from contracts.errors import ConfigurationError
from contracts.intake import Feed
from hub import clock
from hub.environment import settings_of_environment
from hub.people import sign_in_link
from hub.resources import open_own_database
from hub.settings import Settings

app = typer.Typer(
    help="Members of staff and the keys of sources; works while the hub runs and while it does not.\n\n"
    'Example: hub users add wang --role dispatcher --name "王 (02 席)" --unit 县公安局指挥中心',
    no_args_is_help=True,
)
T = TypeVar("T")
Login = Annotated[str, typer.Argument(help="the login", metavar="NAME")]
AT_THE_MACHINE = Actor(user="command line", unit="", role="sys_admin")
"""whoever may open a shell on this machine; the audit says no more than it knows"""


@app.command()
def add(
    login: Login,
    role: Annotated[Role, typer.Option(help="what this person does")],
    name: Annotated[str, typer.Option(help="as others see it on the wall")] = "",
    unit: Annotated[str, typer.Option(help="the unit, for the audit")] = "",
) -> None:
    """Add a user. Without a password yet: make a one-time link, or set one.

    Example: hub users add wang --role dispatcher --unit 县公安局指挥中心 && hub users link wang
    """
    if not login.isascii() or not login.replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise ConfigurationError(f"{login!r} is no login", where="NAME", hint="letters, digits, '-', '_' and '.'")

    async def work(people: People, audit: Audit) -> None:
        if not await people.add(User(login, name or login, unit, role.value), clock.now()):
            raise ConfigurationError(f"{login} is there already", where="NAME", hint="see: hub users list")
        await audit.write(Entry(clock.now(), AT_THE_MACHINE, "user.add", login, detail={"role": role.value}))

    _run(work)
    typer.echo(f"{login} is added as {role.value} ({ROLE_NAMES[role][0]}); now: hub users link {login}")


@app.command("list")
def list_users() -> None:
    """Who there is, with role, unit and state.

    Example: hub users list
    """

    async def work(people: People, audit: Audit) -> list[User]:
        return await people.all()

    table = Table("login", "name", "role", "unit", "password", "state")
    for one in _run(work):
        has_password = "set" if one.password_hash else "none"
        table.add_row(one.login, one.display_name, one.role, one.unit, has_password, _state(one))
    Console().print(table)


@app.command()
def password(
    login: Login,
    generate: Annotated[bool, typer.Option("--generate", help="make one and print it once")] = False,
) -> None:
    """Set a password (asked for twice); ends the user's sessions.

    Example: hub users password wang
    """
    asked = None if generate else typer.prompt("password", hide_input=True, confirmation_prompt=True)
    secret = asked or secrets.token_urlsafe(12)
    weak = weakness(secret, login)
    if weak:
        raise ConfigurationError(f"this password is too weak: {weak}", where="password", hint="or use --generate")

    async def work(people: People, audit: Audit) -> None:
        await _existing(people, login)
        passwords = Passwords()
        try:
            await people.set_password(login, await passwords.hash(secret))
        finally:
            passwords.close()
        await audit.write(Entry(clock.now(), AT_THE_MACHINE, "user.password", login))

    _run(work)
    typer.echo(secret if generate else f"the password of {login} is set")


@app.command()
def disable(login: Login) -> None:
    """Let a user in no more: sessions, tokens and links end at once.

    Example: hub users disable wang
    """

    async def work(people: People, audit: Audit) -> None:
        await _existing(people, login)
        await people.disable(login, clock.now())
        await audit.write(Entry(clock.now(), AT_THE_MACHINE, "user.disable", login))

    _run(work)
    typer.echo(f"{login} is disabled")


@app.command()
def link(
    login: Login,
    minutes: Annotated[int, typer.Option(min=1, max=24 * 60, help="how long it can be used")] = 15,
) -> None:
    """Print a one-time sign-in link.

    Example: hub users link wang --minutes 30
    """

    async def work(people: People, audit: Audit) -> str:
        await _existing(people, login)
        await audit.write(Entry(clock.now(), AT_THE_MACHINE, "user.link", login))
        return await sign_in_link(people, login, base_url(_settings()), clock.now(), timedelta(minutes=minutes))

    typer.echo(_run(work))


@app.command()
def token(login: Login) -> None:
    """Print an API token for scripts, as the last line; it has the rights of its user.

    Example: curl -H "Authorization: Bearer $(hub users token dispatcher | tail -n 1)" localhost:8710/api/incidents
    """

    async def work(people: People, audit: Audit) -> str:
        await _existing(people, login)
        made = new_token("hub_")
        await people.add_token(hash_token(made), login, clock.now())
        await audit.write(Entry(clock.now(), AT_THE_MACHINE, "user.token", login))
        return made

    typer.echo(_run(work))


@app.command()
def key(
    source: Annotated[str, typer.Argument(help="who sends, e.g. police-990199", metavar="SOURCE")],
    feed: Annotated[list[Feed], typer.Option(help="what it may send; more than one by repeating")],
) -> None:
    """Print a source's key for /api/intake/…, as the last line.

    Example: hub users key police-990199 --feed police_110
    """

    async def work(people: People, audit: Audit) -> str:
        made = new_token("src_")
        await people.add_key(hash_token(made), source, [one.value for one in feed], clock.now())
        await audit.write(Entry(clock.now(), AT_THE_MACHINE, "source.key", source))
        return made

    typer.echo(_run(work))


def base_url(settings: Settings) -> str:
    """How browsers reach the console."""
    console = settings.console
    return console.public_url or f"http://{console.host}:{console.port}"


def _state(user: User) -> str:
    if user.disabled:
        return "disabled"
    return "locked" if user.locked_until is not None and user.locked_until > clock.now() else "active"


async def _existing(people: People, login: str) -> None:
    if await people.find(login) is None:
        known = ", ".join(one.login for one in await people.all()) or "none yet"
        raise ConfigurationError(f"there is no user {login}", where="NAME", hint=f"users: {known}")


def _settings() -> Settings:
    return settings_of_environment()


def _run(work: Callable[[People, Audit], Awaitable[T]]) -> T:
    async def with_database() -> T:
        async with open_own_database(_settings()) as engine:
            database = Database(engine)
            return await work(People(database), Audit(database))

    return asyncio.run(with_database())
