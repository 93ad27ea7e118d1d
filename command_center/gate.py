"""What every request passes first: a limit on bodies, the Origin of a cookie's request, headers that close the page."""

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from command_center import problems
from contracts.rejected import FieldError

MAX_BODY = 1024 * 1024
"""bytes"""
INTAKE = "/api/intake/"
"""its routes hold to the same limit themselves"""
COOKIE = "hub_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PAGE_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def content_policy(media_origins: frozenset[str]) -> str:
    """Content-Security-Policy: nothing from elsewhere but the live pictures of the named media servers."""
    media = "".join(f" {origin}" for origin in sorted(media_origins))
    sockets = "".join(
        f" {origin} {origin.replace('http', 'ws', 1)}" for origin in sorted(media_origins) if origin.startswith("http")
    )
    return (
        "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "
        f"worker-src 'self' blob:; connect-src 'self'{sockets}; media-src 'self' blob:{media}; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


class _TooLarge(Exception):
    pass


class Gate:
    """An ASGI middleware.

    `origins`: the console's own besides the request's Host; `media_origins`: see `content_policy`."""

    def __init__(
        self, app: ASGIApp, origins: frozenset[str] = frozenset(), media_origins: frozenset[str] = frozenset()
    ) -> None:
        self._app, self._origins = app, origins
        self._page_headers = {"Content-Security-Policy": content_policy(media_origins), **PAGE_HEADERS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or websocket."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        closing = _closing(send, scope["path"], self._page_headers)
        if not self._may_change(scope["method"], headers):
            refusal = problems.answer(403, "This request comes from another site's page.")
            await refusal(scope, receive, closing)
            return
        if scope["path"].startswith(INTAKE):
            # It knows the sender by then, and lists what it does not take: nothing is silent.
            await self._app(scope, receive, closing)
            return
        if declared_length(headers) > MAX_BODY:
            await _too_large()(scope, receive, closing)
            return
        try:
            await self._app(scope, _counted(receive), closing)
        except _TooLarge:
            await _too_large()(scope, receive, closing)

    def _may_change(self, method: str, headers: Headers) -> bool:
        """Only a request that a browser signs with the cookie can be forged by another page."""
        if method in SAFE_METHODS or f"{COOKIE}=" not in headers.get("cookie", ""):
            return True
        return same_origin(headers, self._origins)


def same_origin(headers: Headers, origins: frozenset[str]) -> bool:
    """Whether the Origin is this console's own. A request without one is no browser's, or an old one's: its
    Sec-Fetch-Site decides, and without either it is let through, since the cookie is SameSite=Strict."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    host = headers.get("host", "")
    return origin in origins or origin in (f"http://{host}", f"https://{host}")


def declared_length(headers: Headers) -> int:
    """Bytes that the request says its body has; 0 when it does not say."""
    length = headers.get("content-length", "0")
    return int(length) if length.isdigit() else 0


def _counted(receive: Receive) -> Receive:
    """A body without a declared length is counted as it comes."""
    seen = 0

    async def counting() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MAX_BODY:
            raise _TooLarge
        return message

    return counting


def _closing(send: Send, path: str, page_headers: Mapping[str, str]) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in page_headers.items():
                headers.setdefault(name, value)
            if path.startswith("/api/"):
                headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return with_headers


def _too_large() -> JSONResponse:
    hint = FieldError(field="", reason="too large", hint="send one report per request, pictures by reference")
    return problems.answer(413, f"A body holds at most {MAX_BODY} bytes.", errors=[hint])
