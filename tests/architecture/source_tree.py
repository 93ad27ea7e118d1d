"""The repository as its architecture tests see it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("contracts", "ingest", "detectors", "fusion", "command_center", "hub")
NOT_OURS = {"node_modules", "static", "__pycache__", ".venv", "generated"}


def python_files(*folders: str) -> list[Path]:
    """Every Python file under these folders of the repository, sorted."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py") if ours(path))


def console_files() -> list[Path]:
    """TypeScript, Vue and style sheets of the console, without what others made or a generator wrote."""
    source = ROOT / "command_center/console"
    kinds = {".ts", ".vue", ".css", ".mts"}
    return sorted(path for path in source.rglob("*") if path.suffix in kinds and ours(path))


def ours(path: Path) -> bool:
    """Whether a person wrote this file."""
    return not NOT_OURS & set(path.relative_to(ROOT).parts) and ".gen." not in path.name


def name_of(path: Path) -> str:
    """Relative to the repository, with forward slashes: good for ids and messages."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports_of(path: Path) -> Iterator[str]:
    """Every absolute module name the file imports, at any depth."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an attribute chain, or an empty string."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
