"""The web application: routes, problems, the gate; everything it needs is given to it."""

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from command_center import problems
from command_center.access import SCHEMES
from command_center.board_messages import ClientMessage, ServerMessage
from command_center.gate import Gate
from command_center.known_keys import KnownKeys
from command_center.ports import ConsoleConfig, Ports
from command_center.routes import (
    audit,
    board,
    camera_entries,
    cameras,
    corrections,
    evidence,
    health,
    incidents,
    intake,
    labels,
    live,
    map,
    meta,
    page,
    prevention,
    rates,
    rejected,
    related,
    session,
    sources,
    suppressions,
    versions,
    webhooks,
    work_items,
)  # fmt: skip

ROUTES = (
    session, meta, incidents, labels, related, rates, camera_entries, cameras, live, evidence, corrections, rejected,
    intake, work_items, versions, prevention, suppressions, webhooks, sources, map, audit, health, board, page,
)  # fmt: skip
"""in order: the page takes every path that is left but those of the API"""


def create_app(ports: Ports) -> FastAPI:
    """The application on its ports."""
    app = bare_app(ports.config)
    app.state.ports = ports
    app.state.keys = KnownKeys(ports.stores.people, ports.clock)
    return app


def bare_app(config: ConsoleConfig | None = None) -> FastAPI:
    """The application without anything behind it: enough for its OpenAPI document."""
    app = FastAPI(
        title="City event hub",
        summary="Incidents, cameras, rejected input, intake.",
        version=version("city-event-hub"),
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    config = config or ConsoleConfig()
    app.add_middleware(Gate, origins=config.origins, media_origins=config.media_origins)
    problems.install(app)
    for module in ROUTES:
        app.include_router(module.router)
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]
    return app


def _document(app: FastAPI) -> dict[str, Any]:
    """OpenAPI, with the websocket's messages among the schemas, so that the browser's types come from one place."""
    if app.openapi_schema is not None:
        return app.openapi_schema
    document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    components = document.setdefault("components", {})
    components["securitySchemes"] = {
        one.scheme_name: one.model.model_dump(by_alias=True, exclude_none=True, mode="json") for one in SCHEMES
    }
    schemas = components.setdefault("schemas", {})
    for name, adapter in _EXTRA_SCHEMAS.items():
        schema = adapter.json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
        for inner, definition in schema.pop("$defs", {}).items():
            schemas.setdefault(inner, definition)
        schemas[name] = schema
    app.openapi_schema = document
    return document


_EXTRA_SCHEMAS: dict[str, TypeAdapter[Any]] = {
    "ClientMessage": TypeAdapter(ClientMessage),
    "ServerMessage": TypeAdapter(ServerMessage),
    "ProblemDetails": TypeAdapter(problems.ProblemDetails),
}
