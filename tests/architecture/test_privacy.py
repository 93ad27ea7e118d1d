"""Law by construction: no field anywhere in which a biometric or a person's identity could lie (domain rule P1)."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

import command_center
import contracts
from tests.architecture.source_tree import ROOT, console_files, name_of, python_files

DENIED = re.compile(
    r"(^|_)(face|faces|facial|feature|features|embedding|embeddings|gait|biometric|reid|person_id|person_name|plate|"
    r"plate_no|license_plate|id_card|id_number|identity_card|sfz|passport|blacklist|watchlist|suspect)(_|$)"
    r"|人脸|车牌|身份证|步态|黑名单|重点人员|布控|轨迹|人像|画像",
    re.IGNORECASE,
)
PERSONAL = {("contracts.intake", "CallerDetails"), ("personal_fields", "sealed")}
"""the one masked place for personal fields"""


def _models(package: object) -> Iterator[type[BaseModel]]:
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):  # type: ignore[attr-defined]
        for _, value in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(value, BaseModel) and value.__module__ == module.name:
                yield value


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("face_id", id="a face"),
        pytest.param("feature", id="a feature vector"),
        pytest.param("person_id", id="a person"),
        pytest.param("license_plate", id="a plate"),
        pytest.param("caller_id_card", id="an identity card"),
        pytest.param("车牌号", id="a plate in Chinese"),
    ],
)
def test_the_deny_list_knows(name: str) -> None:
    assert DENIED.search(name)


@pytest.mark.parametrize(
    "name", ["facing", "surface", "template", "suspected_fight", "signal_id", "count", "features_zh_x"[:2]]
)
def test_the_deny_list_leaves_honest_names_alone(name: str) -> None:
    assert not DENIED.search(name)


def test_no_contract_and_no_message_has_a_field_for_an_identity() -> None:
    fields = {
        f"{model.__module__}.{model.__name__}.{field}"
        for package in (contracts, command_center)
        for model in _models(package)
        for field in model.model_fields
        if DENIED.search(field)
    }
    assert not fields


def test_no_contract_but_the_personal_one_names_a_caller() -> None:
    named = {
        f"{model.__module__}.{model.__name__}.{field}"
        for model in _models(contracts)
        if (model.__module__, model.__name__) not in PERSONAL
        for field in model.model_fields
        if re.search(r"phone|caller|mobile|contact", field)
    }
    assert not named


def test_no_column_of_the_database_holds_an_identity() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in python_files("hub/migrations"))
    columns = re.findall(
        r"^\s+([a-z_]+) (?:text|jsonb|bytea|bigint|int|boolean|double|timestamptz)", text, re.MULTILINE
    )
    assert len(columns) > 50, "the pattern no longer reads the migrations"
    assert not [column for column in columns if DENIED.search(column)]
    assert not [column for column in columns if re.search(r"phone|caller|mobile", column)]


def test_fusion_never_sees_personal_fields() -> None:
    sees = {
        name_of(path)
        for path in python_files("fusion")
        if re.search(r"personal_fields|caller_|\bcaller\.|phone|CallerDetails", path.read_text(encoding="utf-8"))
    }
    assert not sees


def test_the_screen_does_not_speak_of_people_as_targets() -> None:
    spoken = re.compile(r"黑名单|重点人员|布控|轨迹|人像|画像|人脸")
    said = {name_of(path) for path in console_files() if spoken.search(path.read_text(encoding="utf-8"))}
    assert not said


def _static_files() -> list[Path]:
    built = ROOT / "command_center/static"
    sources = [*console_files(), *(ROOT / "command_center/console").glob("*.html")]
    return sorted([*sources, *(p for p in built.rglob("*") if p.suffix in {".html", ".css"})])


def test_the_console_loads_nothing_from_outside() -> None:
    """Everything stays on the premises (PIPL art. 36): no foreign tile, font or script."""
    loads = re.compile(
        r"""(?:src|href|url|import|fetch|@import)\s*[=(:]?\s*["'(]\s*(?:https?:)?//(?!localhost|127\.)"""
    )
    outside = {
        f"{name_of(path)}:{number}"
        for path in _static_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if loads.search(line)
    }
    assert not outside
