"""YAML with the line of every key, so that an error can point at it."""

from dataclasses import dataclass, field
from typing import Any

import yaml

from hub.streams.problems import Problem

Path = tuple[str | int, ...]

LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""the one in C reads a county of 1,000 cameras in one second instead of three"""


@dataclass(frozen=True, slots=True)
class Located:
    """A parsed document and where its parts stand."""

    data: Any
    lines: dict[Path, int]
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it that is written in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse(text: str) -> Located:
    """Parse one YAML document. What YAML itself would pass over (a key written twice) is a problem too."""
    try:
        loader = LOADER(text)
        node = loader.get_single_node()
        data = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = mark.line + 1 if mark else 1
        hint = "indent with spaces, two per level; put texts with : or # in quotes"
        return Located(None, {}, [Problem(line, "", f"not YAML: {problem.problem}", hint)])
    except yaml.reader.ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        return Located(None, {}, [Problem(line, "", "a control character", "delete it; save the file as UTF-8")])
    except (ValueError, RecursionError) as problem:
        return Located(
            None,
            {},
            [
                Problem(
                    1, "", f"not YAML: {str(problem).splitlines()[0]}", "dates, numbers and nesting as in the manual"
                )
            ],
        )
    located = Located(data, {(): 1})
    if node is not None:
        _walk(node, (), located)
    return located


def _walk(node: yaml.Node, path: Path, located: Located) -> None:
    if isinstance(node, yaml.MappingNode):
        _walk_mapping(node, path, located)
    elif isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            located.lines[(*path, index)] = child.start_mark.line + 1
            _walk(child, (*path, index), located)


def _walk_mapping(node: yaml.MappingNode, path: Path, located: Located) -> None:
    for key_node, child in node.value:
        here = (*path, str(key_node.value))
        line = key_node.start_mark.line + 1
        if here in located.lines:
            twice = f"written twice (first on line {located.lines[here]}); the second would silently win"
            located.problems.append(Problem(line, dotted(here), twice, "remove one of them"))
        located.lines[here] = line
        _walk(child, here, located)


def dotted(path: Path) -> str:
    """`cameras[3].place.datum`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
