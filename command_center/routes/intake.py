"""Where 110 calls, grid reports, disputes and petitions arrive by HTTP, with a source's own key."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from command_center.access import bearer_of
from command_center.gate import MAX_BODY, declared_length
from command_center.known_keys import KnownKeys
from command_center.ports import Ports
from command_center.problems import Problem, responses
from command_center.store.people import SourceKey
from contracts.contract import Contract
from contracts.intake import Feed, IntakeAnswer, IntakeStatus
from contracts.rejected import FieldError

router = APIRouter(prefix="/api/intake", tags=["intake"])

_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/cloudevents+json": {"schema": {"type": "object"}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}


class Accepted(Contract):
    """202: stored and will be published. 200: this number with this content is known."""

    signal_id: str
    status: IntakeStatus
    warnings: tuple[FieldError, ...] = ()
    """taken all the same, but something was not understood"""


async def source_of_request(request: Request) -> SourceKey:
    """Who sends, by X-Api-Key or Authorization: Bearer.

    Raises:
        Problem: 401.
    """
    key = request.headers.get("x-api-key") or bearer_of(request)
    keys: KnownKeys = request.app.state.keys
    source = await keys.source_of(key) if key else None
    if source is None:
        raise Problem(
            401, "Send the source's key as X-Api-Key or Authorization: Bearer (made by: hub users key SOURCE).",
            headers={"WWW-Authenticate": "Bearer"},
        )  # fmt: skip
    return source


Sender = Annotated[SourceKey, Depends(source_of_request)]
_ROUTE: dict[str, Any] = {
    "status_code": 202, "openapi_extra": _BODY,
    "responses": {200: {"model": Accepted, "description": "known already"}, **responses(401, 403, 413, 422, 503)},
}  # fmt: skip


@router.post("/police-alerts", **_ROUTE)
async def police_alert(request: Request, response: Response, source: Sender) -> Accepted:
    """A 110 call: our names or the pinyin keys, as a CloudEvent or plain JSON."""
    return await _accept(Feed.POLICE_110, request, response, source)


@router.post("/grid-reports", **_ROUTE)
async def grid_report(request: Request, response: Response, source: Sender) -> Accepted:
    """A grid worker's, a resident's or the hotline's report."""
    return await _accept(Feed.GRID, request, response, source)


@router.post("/disputes", **_ROUTE)
async def dispute(request: Request, response: Response, source: Sender) -> Accepted:
    """A dispute as a work item: no parties' names, ever."""
    return await _accept(Feed.DISPUTE, request, response, source)


@router.post("/petitions", **_ROUTE)
async def petition(request: Request, response: Response, source: Sender) -> Accepted:
    """A petition as a work item; an informant's (检举控告) is refused and nothing of it is kept."""
    return await _accept(Feed.PETITION, request, response, source)


async def _accept(feed: Feed, request: Request, response: Response, source: SourceKey) -> Accepted:
    if feed.value not in source.feeds:
        raise Problem(403, f"The key of {source.source} may not send to {feed.value}.")
    ports: Ports = request.app.state.ports
    body = await _body(request)
    if isinstance(body, int):
        answer = await ports.intake.refuse_too_large(feed, body, source=source.source, now=ports.clock())
        raise Problem(
            413, f"A body holds at most {MAX_BODY} bytes.", errors=answer.errors, rejected_id=answer.rejected_id
        )
    answer = await ports.intake.accept(feed, body, source=source.source, now=ports.clock())
    if answer.status in (IntakeStatus.REJECTED, IntakeStatus.REFUSED):
        raise Problem(
            422,
            _unread(answer),
            errors=answer.errors,
            rejected_id=answer.rejected_id,
        )
    if answer.status is IntakeStatus.DUPLICATE:
        response.status_code = 200
    return Accepted(signal_id=answer.signal_id or "", status=answer.status, warnings=answer.warnings)


def _unread(answer: IntakeAnswer) -> str:
    if answer.status is IntakeStatus.REFUSED:
        return "The hub must not keep this; nothing of it was stored."
    if not answer.kept:
        return "The report cannot be read, and its body was not kept; mend it and send it anew."
    return "The report cannot be read; it is kept for 30 days and can be sent again by its `rejected_id`."


async def _body(request: Request) -> bytes | int:
    """The body, or its size as far as it was read when it is beyond the limit."""
    declared = declared_length(request.headers)
    if declared > MAX_BODY:
        return declared
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > MAX_BODY:
            return size
    return b"".join(parts)
