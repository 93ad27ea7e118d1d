"""The documents say what is true: links lead somewhere, commands explain themselves, nobody's machine is named."""

import re
from pathlib import Path

import click
import pytest
import typer

from hub.__main__ import COMMANDS, command_line
from tests.architecture.source_tree import PACKAGES, ROOT, console_files, name_of, python_files

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "hub").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)[^)]*\)")
HEAVY_PATHS = re.compile(r"(?<![\w.])/(?:work|root|home|Users)/")


def _commands(command: click.Command, path: tuple[str, ...] = ("hub",)) -> list[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        return [(" ".join(path), command)]
    context = click.Context(command)
    found = [(" ".join(path), command)] if command.invoke_without_command else []
    for name in command.list_commands(context):
        child = command.get_command(context, name)
        found += _commands(child, (*path, name)) if child else []
    return found


def _every_command() -> list[tuple[str, click.Command]]:
    whole = {name: typer.main.get_command(command_line(name)) for name in COMMANDS}
    context = click.Context(click.Command("hub"))
    groups = ((name, hub.get_command(context, name)) for name, hub in whole.items() if isinstance(hub, click.Group))
    return [one for name, command in groups if command for one in _commands(command, ("hub", name))]


EVERY_COMMAND = _every_command()


@pytest.mark.parametrize("command", [pytest.param(c, id=name) for name, c in EVERY_COMMAND])
def test_every_command_shows_an_example(command: click.Command) -> None:
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
