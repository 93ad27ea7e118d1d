"""The documents say what is true: links lead somewhere, commands explain themselves, nobody's machine is named."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from hub.__main__ import COMMANDS, command_line
from tests.architecture.source_tree import PACKAGES, ROOT, console_files, name_of, python_files

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "hub").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)[^)]*\)")
HEAVY_PATHS = re.compile(r"(?<![\w.])/(?:work|root|home|Users)/")


def _commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """(full name, command) of a command and all below it; a bare group is no command."""
    children = getattr(command, "commands", None)
    if children is None or command.invoke_without_command:
        yield name, command
    for child, below in (children or {}).items():
        yield from _commands(below, f"{name} {child}")


def _every_command() -> Iterator[tuple[str, Any]]:
    for name in COMMANDS:
        whole: Any = typer.main.get_command(command_line(name))
        yield from _commands(whole.commands[name], f"hub {name}")


EVERY_COMMAND = list(_every_command())


@pytest.mark.parametrize("command", [pytest.param(c, id=name) for name, c in EVERY_COMMAND])
def test_every_command_shows_an_example(command: Any) -> None:
    assert "Example" in (command.help or "")


def test_every_document_is_there() -> None:
    names = {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"}
    assert names <= {path.name for path in ROOT.glob("*.md")}
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").lstrip().startswith("GNU AFFERO GENERAL PUBLIC LICENSE")


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    targets = [target for target in LINK.findall(document.read_text(encoding="utf-8")) if "://" not in target]
    assert not [target for target in targets if not (document.parent / target).exists()]


def test_nobodys_machine_is_named() -> None:
    files = [*python_files(*PACKAGES, "tests"), *console_files(), *DOCUMENTS, ROOT / "Makefile", ROOT / "streams.yaml"]
    named = {
        f"{name_of(path)}:{number}"
        for path in files
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if HEAVY_PATHS.search(line)
    }
    assert not named


def test_every_decision_is_ten_lines_or_so() -> None:
    decisions = sorted((ROOT / "docs/decisions").glob("0*.md"))
    assert len(decisions) >= 6
    long = {path.name for path in decisions if len(path.read_text(encoding="utf-8").splitlines()) > 40}
    assert not long
