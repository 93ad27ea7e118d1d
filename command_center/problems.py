"""Errors as RFC 9457 problem details: what went wrong, where, and how to mend it."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ConfigDict
from starlette.exceptions import HTTPException

from contracts.contract import Contract
from contracts.errors import Outage, Refused
from contracts.rejected import FieldError

MEDIA_TYPE = "application/problem+json"


class ProblemDetails(Contract):
    """RFC 9457. Members beyond these belong to the one kind of problem (409: `revision`, `changed`, `row`)."""

    model_config = ConfigDict(frozen=True, extra="allow", use_attribute_docstrings=True)

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: tuple[FieldError, ...] = ()


class Problem(HTTPException):
    """Raised by a route to answer with a problem."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(status, detail, dict(headers) if headers else None)
        self.errors, self.more = tuple(errors), more


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route in the OpenAPI document."""
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": _REFERENCE}}}
        for status in statuses
    }


_REFERENCE = {"$ref": "#/components/schemas/ProblemDetails"}


def answer(
    status: int,
    detail: str,
    *,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> JSONResponse:
    """A problem as a response."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **(more or {}),
    }
    if errors:
        body["errors"] = [one.model_dump() for one in errors]
    return JSONResponse(body, status, dict(headers) if headers else None, MEDIA_TYPE)


def field_errors(bad: Sequence[Any]) -> list[FieldError]:
    """Pydantic's findings without the values: they may be personal."""
    found = []
    for one in bad:
        where = [str(part) for part in one["loc"] if part not in ("body", "query", "path", "header")]
        hint = f"expected {one['ctx']['expected']}" if "expected" in one.get("ctx", {}) else _HINTS.get(one["type"], "")
        found.append(FieldError(field=".".join(where), reason=one["msg"], hint=hint))
    return found


_HINTS = {
    "missing": "this member is required",
    "extra_forbidden": "remove it: this document has no such member",
    "json_invalid": "send a JSON document in UTF-8",
}
_STATUS_HINTS = {
    404: "There is nothing here; the paths are listed in /openapi.json.",
    405: "This path does not take this method; see /openapi.json.",
}


def install(app: FastAPI) -> None:
    """Every error of the application leaves it as a problem."""

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        if isinstance(error, Problem):
            return answer(error.status_code, error.detail, errors=error.errors, headers=error.headers, more=error.more)
        plain = error.detail == HTTPStatus(error.status_code).phrase
        detail = _STATUS_HINTS.get(error.status_code, error.detail) if plain else error.detail
        return answer(error.status_code, detail, headers=error.headers)

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return answer(422, "Some members of the request cannot be read.", errors=field_errors(error.errors()))

    async def refused(request: Request, error: Exception) -> JSONResponse:
        return answer(409, str(error))

    async def outage(request: Request, error: Exception) -> JSONResponse:
        return answer(503, "A part of the hub does not answer now; nothing was stored.", headers={"Retry-After": "2"})

    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(Outage, outage)
