"""The contracts as documents are valid, true to the code, and fresh."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts.geo import Place
from contracts.kinds import Kind, Severity
from contracts.signals import SIGNAL, GridReport
from contracts.topics import SIGNALS, TOPICS
from contracts.wire import encode
from hub import schemas
from hub.cli.schemas import FOLDER, documents
from tests.hub.test_simulate import START

ROOT = Path(__file__).resolve().parents[2]
ALL = documents()
DOCUMENTS: dict[str, dict[str, Any]] = {name: one for name, one in ALL.items() if not isinstance(one, str)}


def a_report() -> GridReport:
    return GridReport(
        signal_id="grid:1", source_ref="WG-1", event_type="grid_emergency", kind=Kind.CROWD, severity=Severity.LEVEL_2,
        observed_at=START, received_at=START, place=Place(lat=34.3, lon=118.0, sigma_m=20), district="990199-east",
        report_no="WG-1", exercise=True,
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(name for name in DOCUMENTS if name.endswith(".schema.json")))
def test_every_json_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(DOCUMENTS[name])


def test_a_signal_off_the_wire_fits_its_schema() -> None:
    report = a_report()
    body = encode(report, event_id="1", source="/grid/990199", event_type=SIGNALS.event_type, time=START)
    envelope = json.loads(body)
    assert not list(Draft202012Validator(DOCUMENTS["cloud-event.schema.json"]).iter_errors(envelope))
    signal = Draft202012Validator(DOCUMENTS["signals.schema.json"])
    assert not list(signal.iter_errors(envelope["data"]))
    assert list(signal.iter_errors(envelope["data"] | {"severity": 9}))
    assert SIGNAL.validate_python(envelope["data"]) == report


def test_asyncapi_names_every_topic_with_its_key() -> None:
    document = schemas.asyncapi()
    assert document["asyncapi"] == "3.0.0"
    assert set(document["channels"]) == {topic.name for topic in TOPICS}
    for topic in TOPICS:
        message = document["components"]["messages"][topic.name]
        assert message["bindings"]["kafka"]["key"]["description"] == topic.key


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def test_every_reference_leads_somewhere() -> None:
    for name, document in DOCUMENTS.items():
        for reference in _references(document):
            file, _, pointer = reference.partition("#")
            target: Any = DOCUMENTS[file.removeprefix("./")] if file else document
            for part in pointer.strip("/").split("/") if pointer else ():
                target = target[part.replace("~1", "/").replace("~0", "~")]
            assert target is not None, f"{name}: {reference}"


def test_documents_are_the_same_every_time() -> None:
    assert {n: schemas.as_text(d) for n, d in documents().items()} == {n: schemas.as_text(d) for n, d in ALL.items()}


def test_the_settings_are_listed_with_defaults_and_no_secret() -> None:
    table = schemas.settings_table()
    assert "| `HUB_CONSOLE__PORT` | `8710` |" in table
    assert all(f"`HUB_{section}__" in table for section in ("KAFKA", "DATABASE", "VISION", "FEEDS", "FUSION"))


def test_the_committed_documents_are_fresh() -> None:
    assert schemas.stale(ROOT / FOLDER, ALL) == [], "run: hub schemas write"


def test_missing_changed_and_leftover_documents_are_stale_until_written(tmp_path: Path) -> None:
    wanted = {"a.json": {"x": 1}, "b.json": {"y": 2}}
    (tmp_path / "a.json").write_text(schemas.as_text({"x": 0}))
    (tmp_path / "gone.json").write_text("{}")
    assert schemas.stale(tmp_path, wanted) == ["a.json", "b.json", "gone.json"]
    assert len(schemas.write(tmp_path, wanted)) == 3
    assert schemas.stale(tmp_path, wanted) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "b.json"]
