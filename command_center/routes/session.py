"""Signing in and out, and who I am."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field

from command_center.access import GivenPorts, Sessions, Signed
from command_center.gate import COOKIE
from command_center.messages import Me
from command_center.ports import Ports
from command_center.problems import Problem, answer, responses
from command_center.sign_in import Operator
from command_center.store.audit import Entry
from contracts.contract import StrictContract

router = APIRouter(tags=["session"])


class Login(StrictContract):
    """POST /api/session."""

    login: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=256)]


@router.post("/api/session", responses=responses(401, 422))
async def sign_in(body: Login, response: Response, ports: GivenPorts, sessions: Sessions) -> Me:
    """Open a session by login and password. Five wrong passwords lock the login for a quarter of an hour."""
    opened = await sessions.by_password(body.login, body.password)
    if opened is None:
        raise Problem(401, "The login or the password is wrong, or the login is locked for a while.")
    operator, token = opened
    await _opened(ports, operator, "password")
    _set_cookie(response, token, ports)
    return me_of(operator, ports)


@router.get("/api/session", responses=responses(401))
async def who_am_i(operator: Signed, ports: GivenPorts) -> Me:
    """The person behind the cookie or token, and the rights of the role."""
    return me_of(operator, ports)


@router.delete("/api/session", status_code=204, responses=responses(401))
async def sign_out(operator: Signed, response: Response, ports: GivenPorts, sessions: Sessions) -> None:
    """End the session; its websockets are closed."""
    await sessions.close(operator)
    await ports.stores.audit.write(Entry(ports.clock(), operator.actor, "session.close", operator.login))
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=ports.config.secure_cookie)


@router.get("/sign-in/{token}", response_class=RedirectResponse, status_code=303, responses=responses(401))
async def by_link(token: str, request: Request, ports: GivenPorts, sessions: Sessions) -> Response:
    """Open a session by a one-time link and go to the console. A link works once and for a short time."""
    opened = await sessions.by_link(token)
    if opened is None:
        if COOKIE in request.cookies and await sessions.by_session(request.cookies[COOKIE]) is not None:
            return RedirectResponse("/", 303)
        return answer(
            401, "This sign-in link was used, has expired or never was. Ask for another: hub users link NAME."
        )
    operator, secret = opened
    await _opened(ports, operator, "link")
    response = RedirectResponse("/", 303)
    _set_cookie(response, secret, ports)
    return response


def me_of(operator: Operator, ports: Ports) -> Me:
    """What the browser is told of the person."""
    return Me(
        login=operator.login, display_name=operator.display_name, unit=operator.unit, role=operator.role,
        rights=tuple(sorted(operator.rights)), idle_minutes=int(ports.config.session_idle.total_seconds() // 60),
        city_name=ports.config.city_name, exercise=ports.config.exercise,
    )  # fmt: skip


async def _opened(ports: Ports, operator: Operator, how: str) -> None:
    await ports.stores.audit.write(Entry(ports.clock(), operator.actor, "session.open", operator.login, how))


def _set_cookie(response: Response, token: str, ports: Ports) -> None:
    response.set_cookie(
        COOKIE, token, max_age=int(ports.config.session_life.total_seconds()), path="/", httponly=True,
        samesite="strict", secure=ports.config.secure_cookie,
    )  # fmt: skip
