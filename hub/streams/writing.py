"""One camera put into streams.yaml or taken out of it: only its own lines change, every comment stays where it is."""

import io
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from contracts.errors import ConfigurationError
from hub.streams.format import CameraEntry
from hub.streams.located import LOADER
from hub.streams.reading import Streams, load, read, text_of

WIDTH = 120
INLINE_ITEMS = 6
"""small values are written on one line: {lat: 34.3, lon: 118.0}"""


def put_camera(path: Path, entry: Mapping[str, Any]) -> Streams:
    """Add a camera, or change the one with this id; `entry` is spelled as in the file. Returns what the file says now.

    Raises:
        StreamsError: the file would have problems; it is left as it is. `Problem.field` is the key within the entry.
        ConfigurationError: the file cannot be changed by the hub.
    """
    return put_cameras(path, [entry])


def put_cameras(path: Path, entries: Sequence[Mapping[str, Any]]) -> Streams:
    """The same with many cameras: all of them or none."""
    before = text_of(path)
    return _replace(path, before, _with(before, entries, str(path)))


def drop_camera(path: Path, camera_id: str) -> Streams:
    """Remove a camera.

    Raises:
        ConfigurationError: no such camera, or the file cannot be changed by the hub.
    """
    before = text_of(path)
    blocks = _blocks(before, str(path))
    if camera_id not in blocks.by_id:
        raise ConfigurationError(f"no camera {camera_id}", where=str(path), hint="hub streams check --form-only")
    lines, block = before.splitlines(keepends=True), blocks.by_id[camera_id]
    if blocks.key_line is not None and len(blocks.by_id) == 1:
        lines[blocks.key_line] = re.sub(r"cameras\s*:", "cameras: []", lines[blocks.key_line], count=1)
    between = not "".join(lines[block.start - 1 : block.start]).strip()
    end = block.end + (between and block.end < len(lines) and not lines[block.end].strip())
    return _replace(path, before, "".join(lines[: block.start] + lines[end:]))


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of one camera, from 0, `end` excluded; `dash` is the column of its dash."""

    start: int
    end: int
    dash: int


@dataclass(frozen=True, slots=True)
class _Blocks:
    key_line: int | None
    """the line of `cameras:`; None when it is not there"""
    by_id: dict[str, _Block]


def _with(text: str, entries: Sequence[Mapping[str, Any]], source: str) -> str:
    blocks = _blocks(text, source)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    known = [entry for entry in entries if entry.get("id") in blocks.by_id]
    last = max(blocks.by_id.values(), key=lambda block: block.end, default=_Block(0, 0, 2))
    new = [_rendered(_styled(dict(entry)), last.dash) for entry in entries if entry not in known]
    apart = "\n" if last.end - last.start > 1 else ""
    if blocks.by_id:
        lines[last.end : last.end] = [apart + item for item in new]
    elif blocks.key_line is None:
        lines += ["\ncameras:\n", *new]
    else:
        key = re.sub(r"cameras\s*:\s*(\[\s*\]|null|~)?", "cameras:", lines[blocks.key_line], count=1)
        lines[blocks.key_line : blocks.key_line + 1] = [key, *new]
    for entry in sorted(known, key=lambda entry: blocks.by_id[entry["id"]].start, reverse=True):
        block = blocks.by_id[entry["id"]]
        old = "".join(lines[block.start : block.end])
        lines[block.start : block.end] = [_changed(old, block.dash, entry, source)]
    return "".join(lines)


def _blocks(text: str, source: str) -> _Blocks:
    read(text, source)  # a file with problems is mended by hand first: its places are not to be trusted
    root = yaml.compose(text, LOADER)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    found = next(((key, node) for key, node in pairs if key.value == "cameras"), None)
    if found is None:
        return _Blocks(None, {})
    key, node = found
    if node.flow_style and node.value:
        hint = "write each camera under `cameras:` with a dash of its own"
        raise ConfigurationError("cameras stand in [ ]", where=f"{source} line {node.start_mark.line + 1}", hint=hint)
    lines = text.splitlines()
    return _Blocks(key.start_mark.line, dict(_block(camera, lines) for camera in node.value))


def _block(camera: yaml.MappingNode, lines: Sequence[str]) -> tuple[str, _Block]:
    values = {key.value: value.value for key, value in camera.value}
    start, end = camera.start_mark.line, _last_line(camera) + 1
    dash = lines[start].index("-")
    while end < len(lines) and re.match(rf" {{{dash + 1},}}#", lines[end]):
        end += 1  # keys that somebody commented out at the end of the camera
    return values["id"], _Block(start, end, dash)


def _last_line(node: yaml.Node) -> int:
    """Of a block the end mark lies at the next token, behind blank lines and comments of others."""
    if not isinstance(node, yaml.CollectionNode) or not node.value or node.flow_style:
        return int(node.end_mark.line) - (node.end_mark.column == 0)
    last = node.value[-1]
    return _last_line(last[1] if isinstance(last, tuple) else last)


def _changed(old: str, dash: int, entry: Mapping[str, Any], source: str) -> str:
    editor = _editor()
    inner = old[: old.index("-")] + " " + old[old.index("-") + 1 :]
    try:
        mapping = editor.load("".join(f"{'  ' * depth}_:\n" for depth in range(_depth(dash))) + inner)
        for _ in range(_depth(dash)):
            mapping = mapping["_"]
        same = unchanged(yaml.safe_load(inner), entry)
    except (YAMLError, yaml.YAMLError):
        hint = "it holds an alias or a merge key: change it in the file"
        raise ConfigurationError(f"camera {entry['id']} cannot be changed here", where=source, hint=hint) from None
    if same == entry.keys() == mapping.keys():
        return old
    for key in [key for key in mapping if key not in entry]:
        del mapping[key]
    for key, value in entry.items():
        if key not in same:
            mapping[key] = _styled(value)
    return _rendered(mapping, dash)


def unchanged(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """Keys that mean the same before and after, however they are written: their lines are left alone."""
    try:
        before, after = CameraEntry.model_validate(old), CameraEntry.model_validate(new)
    except ValidationError:
        return {key for key in old.keys() & new.keys() if old[key] == new[key]}
    return {key for key in old.keys() & new.keys() if getattr(before, key, None) == getattr(after, key, None)}


def _rendered(mapping: CommentedMap, dash: int) -> str:
    """The mapping as an item of the list; written as deep as it will stand, so that comments keep their column."""
    out = io.StringIO()
    depth = 0 if mapping.fa.flow_style() else _depth(dash)
    document: Mapping[str, Any] = mapping
    for _ in range(depth):
        document = {"_": document}
    _editor().dump(document, out)
    lines = [line[2 * depth :] for line in out.getvalue().splitlines()[depth:]]
    body = [f"{' ' * (dash + 2)}{line}".rstrip() for line in lines]
    return " " * dash + "-" + body[0][dash + 1 :] + "\n" + "".join(f"{line}\n" for line in body[1:])


def _depth(dash: int) -> int:
    return dash // 2 + 1


def _editor() -> YAML:
    editor = YAML()
    editor.preserve_quotes = True
    editor.width = WIDTH
    editor.indent(mapping=2, sequence=4, offset=2)
    return editor


def _styled(value: Any) -> Any:
    """Plain data as a person would write it: what is small on one line, and no text that YAML would misread."""
    if isinstance(value, str):
        return value if _reads_as_itself(value) else DoubleQuotedScalarString(value)
    if isinstance(value, Mapping):
        mapping = CommentedMap({key: _styled(item) for key, item in value.items()})
        if len(value) <= INLINE_ITEMS and not any(isinstance(item, Mapping) for item in value.values()):
            mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list | tuple):
        items = CommentedSeq([_styled(item) for item in value])
        if not any(isinstance(item, Mapping) for item in value):
            items.fa.set_flow_style()
        return items
    return value


def _reads_as_itself(value: str) -> bool:
    """On a line of its own, which loses blanks at its ends, and inside braces, where «:0» is no text."""
    if value != value.strip():
        return False
    try:
        return bool(yaml.safe_load(value) == value and yaml.safe_load(f"{{_: {value}}}") == {"_": value})
    except yaml.YAMLError:
        return False


def _replace(path: Path, before: str, after: str) -> Streams:
    """Validated first, then in one step, so that no reader ever meets half a file."""
    streams = read(after, str(path))
    target = path.resolve()
    if after == before:
        return streams
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=target.parent, prefix=".streams-", delete=False
        ) as out:
            out.write(after)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(out.name, target.stat().st_mode)
        if text_of(path) != before:
            os.unlink(out.name)
            raise ConfigurationError("it was changed by somebody else just now", where=str(path), hint="try again")
        os.replace(out.name, target)
    except OSError as problem:
        hint = "the hub's user needs to write in this folder"
        raise ConfigurationError(problem.strerror or "cannot be written", where=str(path), hint=hint) from None
    return load(path)
