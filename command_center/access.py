"""What routes ask of a request: whose it is, and whether that role holds the right."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, APIKeyHeader, HTTPBearer
from starlette.requests import HTTPConnection

from command_center.gate import COOKIE
from command_center.permissions import Right
from command_center.ports import Ports
from command_center.problems import Problem
from command_center.sign_in import Operator, SignIn

MIN_REASON = 4
"""characters of a reason (domain (d) P8)"""

_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="a session, opened by POST /api/session")
_bearer = HTTPBearer(auto_error=False, description="an API token: hub users token NAME")
_key = APIKeyHeader(name="X-Api-Key", auto_error=False, description="a source's key: hub users key SOURCE")
SCHEMES = (_cookie, _bearer, _key)


def ports_of(request: Request) -> Ports:
    """What the application was given."""
    ports: Ports = request.app.state.ports
    return ports


GivenPorts = Annotated[Ports, Depends(ports_of)]


def sign_in_of(ports: GivenPorts) -> SignIn:
    """The sessions."""
    return SignIn(
        ports.stores.people, ports.passwords, ports.clock, ports.config.session_idle, ports.config.session_life
    )


Sessions = Annotated[SignIn, Depends(sign_in_of)]


def bearer_of(request: HTTPConnection) -> str | None:
    """The token of `Authorization: Bearer …`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


async def operator_of_request(request: Request, sessions: Sessions) -> Operator:
    """The person behind the request.

    Raises:
        Problem: 401.
    """
    token, cookie = bearer_of(request), request.cookies.get(COOKIE)
    found = await sessions.by_token(token) if token else None
    if found is None and token is None and cookie:
        found = await sessions.by_session(cookie, in_use="hub-background" not in request.headers)
    if found is None:
        raise Problem(
            401,
            "Sign in: the session is over or locked, or none was sent.",
            headers={"WWW-Authenticate": 'Bearer realm="hub"'},
        )
    return found


Signed = Annotated[Operator, Depends(operator_of_request)]


def holding(right: Right) -> Callable[[Operator], Awaitable[Operator]]:
    """A dependency: the person, who must hold the right (else 403)."""

    async def check(operator: Signed) -> Operator:
        if not operator.may(right):
            raise Problem(403, f"The role {operator.role} has no right to {right.value}.")
        return operator

    return check
