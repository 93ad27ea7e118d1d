"""The contracts as documents: JSON Schemas, an AsyncAPI document, the console's OpenAPI, the schema of streams.yaml.

They are generated, committed under `docs/schemas/`, and checked: a stale one fails `make check`.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic_core import to_jsonable_python

from command_center.board_messages import CLIENT_MESSAGE, ServerMessage
from command_center.messages import ActionRequest, IncidentDetail
from contracts.actions import Action, ActionResult
from contracts.cameras import CameraStatus
from contracts.incidents import Decision, Incident
from contracts.rejected import Rejected
from contracts.signals import SIGNAL
from contracts.status import SourceStatus
from contracts.topics import TOPICS, Topic
from contracts.wire import SCHEMA_VERSION, CloudEvent
from hub.settings import Settings

VERSION = "2020-12"
DIALECT = f"https://json-schema.org/draft/{VERSION}/schema"

ON_TOPICS: dict[str, TypeAdapter[Any]] = {
    "signals": SIGNAL,
    "actions": TypeAdapter(Action),
    "action-results": TypeAdapter(ActionResult),
    "incidents": TypeAdapter(Incident),
    "rejected": TypeAdapter(Rejected),
    "camera-status": TypeAdapter(CameraStatus),
    "source-status": TypeAdapter(SourceStatus),
}
"""what lies in the CloudEvents of each topic; the raw topics hold what sources send, see the intake of the OpenAPI"""

ELSEWHERE: dict[str, TypeAdapter[Any]] = {
    "cloud-event": TypeAdapter(CloudEvent),
    "decision": TypeAdapter(Decision),
    "incident-detail": TypeAdapter(IncidentDetail),
    "action-request": TypeAdapter(ActionRequest),
    "board-client": CLIENT_MESSAGE,
    "board-server": TypeAdapter(ServerMessage),
}
"""contracts that cross no topic: HTTP and the websocket `/ws/board`"""


def json_schemas() -> dict[str, dict[str, Any]]:
    """File name → JSON Schema of every contract on the wire."""
    adapters = {**ON_TOPICS, **ELSEWHERE}
    return {f"{name}.schema.json": _schema(name, adapters[name]) for name in sorted(adapters)}


def asyncapi() -> dict[str, Any]:
    """AsyncAPI 3.0: every topic with its key, retention and payload."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "City event hub",
            "version": SCHEMA_VERSION,
            "description": "CloudEvents 1.0 in structured JSON. Unknown members are tolerated. Raw topics take what "
            "sources send: the names of the intake, or the pinyin keys of a police system.",
            "license": {"name": "AGPL-3.0-or-later"},
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": dict(_operation(topic) for topic in TOPICS),
        "components": {"messages": {topic.name: _message(topic) for topic in TOPICS}},
    }


def _channel(topic: Topic) -> dict[str, Any]:
    kept = "-1" if topic.retention_ms is None else str(topic.retention_ms)
    policy = ["compact"] if topic.retention_ms is None else ["delete"]
    return {
        "address": topic.name,
        "messages": {topic.name: {"$ref": f"#/components/messages/{topic.name}"}},
        "bindings": {
            "kafka": {
                "partitions": topic.partitions,
                "topicConfiguration": {"cleanup.policy": policy, "retention.ms": int(kept)},
            }
        },
    }


def _operation(topic: Topic) -> tuple[str, dict[str, Any]]:
    raw = topic.name.startswith("raw.")
    name = f"{'receive' if raw else 'send'}.{topic.name}"
    return name, {"action": "receive" if raw else "send", "channel": {"$ref": f"#/channels/{topic.name}"}}


def _message(topic: Topic) -> dict[str, Any]:
    data: dict[str, Any] = {"type": "object", "description": "see the intake in openapi.json"}
    if topic.name in ON_TOPICS:
        data = {"$ref": f"./{topic.name}.schema.json"}
    return {
        "name": topic.event_type,
        "contentType": "application/cloudevents+json",
        "bindings": {"kafka": {"key": {"type": "string", "description": topic.key}}},
        "payload": {
            "schemaFormat": f"application/schema+json;version={VERSION}",
            "schema": {"allOf": [{"$ref": "./cloud-event.schema.json"}, {"properties": {"data": data}}]},
        },
    }


def _schema(name: str, adapter: TypeAdapter[Any]) -> dict[str, Any]:
    body = adapter.json_schema(mode="serialization", ref_template="#/$defs/{model}")
    return {"$schema": DIALECT, "$id": f"{name}.schema.json", **body}


def settings_table() -> str:
    """Markdown: every `HUB_…` variable with its default and meaning."""
    lines = ["# Settings", "", "| variable | default | meaning |", "|---|---|---|"]
    lines += [f"| `{name}` | {default} | {meaning} |" for name, default, meaning in _settings(Settings, "HUB_")]
    return "\n".join(lines) + "\n"


def _settings(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str, str]]:
    for field, info in model.model_fields.items():
        name, kind = prefix + field.upper(), info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _settings(kind, name + "__")
        else:
            default = to_jsonable_python(info.get_default(call_default_factory=True), serialize_unknown=True)
            shown = "" if default in (None, "", [], {}) else f"`{json.dumps(default, ensure_ascii=False)}`"
            yield name, shown, " ".join((info.description or "").split())


def as_text(document: Mapping[str, Any] | str) -> str:
    """Deterministic JSON: sorted members, two spaces, a newline at the end. Text stays as it is."""
    return (
        document
        if isinstance(document, str)
        else json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    )


def write(folder: Path, documents: Mapping[str, Mapping[str, Any] | str]) -> list[Path]:
    """Write every document; returns those that changed. Documents of another time are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = [folder / name for name in stale(folder, documents)]
    for path in changed:
        if path.name in documents:
            path.write_text(as_text(documents[path.name]), encoding="utf-8")
        else:
            path.unlink()
    return changed


def stale(folder: Path, documents: Mapping[str, Mapping[str, Any] | str]) -> list[str]:
    """Names of documents that are missing, differ from the code, or are no longer generated."""
    there = (
        {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())} if folder.is_dir() else {}
    )
    fresh = {name: as_text(document) for name, document in documents.items()}
    return sorted(name for name in there.keys() | fresh.keys() if there.get(name) != fresh.get(name))
