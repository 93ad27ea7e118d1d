"""Sizes, names, clocks and tasks: what the review would say, said by a machine."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.source_tree import PACKAGES, ROOT, console_files, dotted, name_of, python_files, tree_of

MOST_LINES = 300
FORBIDDEN_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "common",
    "misc",
    "base",
    "handler",
    "processor",
    "service",
}
CODE = [*python_files(*PACKAGES, "tests"), *console_files()]
WALL_CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.datetime.now", "datetime.datetime.utcnow", "time.time", "time.time_ns",
    "datetime.today", "date.today",
}  # fmt: skip
LOOSE_TASKS = {"asyncio.create_task", "asyncio.ensure_future", "asyncio.gather", "asyncio.to_thread"}


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_a_file_has_at_most_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_no_file_has_a_name_that_says_nothing() -> None:
    names = {name_of(path) for path in CODE if set(re.split(r"[_.-]", path.stem.lower())) & FORBIDDEN_NAMES}
    assert not names


def test_only_the_clock_reads_the_wall_clock() -> None:
    readers = {
        f"{name_of(path)}:{node.lineno}"
        for path in python_files(*PACKAGES)
        if name_of(path) != "hub/clock.py"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and dotted(node) in WALL_CLOCKS
    }
    assert not readers


def test_tasks_are_started_in_groups_and_have_names() -> None:
    loose = set()
    for path in python_files(*PACKAGES):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                nameless = node.func.attr == "create_task" and not any(word.arg == "name" for word in node.keywords)
                if dotted(node.func) in LOOSE_TASKS or nameless:
                    loose.add(f"{name_of(path)}:{node.lineno}")
    assert not loose


def test_cancellation_is_never_swallowed() -> None:
    swallowed = {
        f"{name_of(path)}:{node.lineno}"
        for path in python_files(*PACKAGES)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler)
        and node.type is not None
        and "CancelledError" in ast.unparse(node.type)
        and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
    }
    assert not swallowed


def test_every_module_of_the_packages_says_what_it_is_for() -> None:
    silent = {
        name_of(path)
        for path in python_files(*PACKAGES)
        if "migrations" not in path.parts and not ast.get_docstring(tree_of(path))
    }
    assert not silent


def test_nothing_is_left_to_do() -> None:
    mark = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    left = {
        f"{name_of(path)}:{number}"
        for path in CODE
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if mark.search(line)
    }
    assert not left


def test_tests_use_fakes_and_are_never_skipped() -> None:
    patched = re.compile(r"mock\.patch|pytest\.skip|mark\.skip|importorskip")
    guilty = {
        name_of(path)
        for path in python_files("tests")
        if path != Path(__file__) and patched.search(path.read_text(encoding="utf-8"))
    }
    assert not guilty


def test_tests_mirror_the_packages() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders <= {*PACKAGES, "architecture", "browser", "deployment", "end_to_end", "kafka_server", "replays"}
