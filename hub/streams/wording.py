"""A validation error of pydantic in the words of someone who writes streams.yaml."""

import difflib
import types
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from hub.streams.located import Located, Path, dotted
from hub.streams.problems import Problem
from ingest.rtsp import redact

_HINTS = {
    "id": 'put the 20 digits in quotes, else YAML reads a number: id: "99019901081320000001"',
    "grid_code": 'put the digits in quotes: grid_code: "990199001001001"',
    "retention_days": "条例 art. 17: recordings are kept for at least 30 days",
    "place": "where it hangs: {lat: 34.3294, lon: 118.0076}; hub streams add --lat … --lon …",
    "lat": "degrees as a decimal number; are lat and lon swapped?",
    "lon": "degrees as a decimal number; are lat and lon swapped?",
    "datum": "WGS-84, CGCS2000, GCJ-02 (高德, 腾讯) or BD-09 (百度)",
    "bearing_deg": "compass degrees from 0 (north) to below 360",
    "points": "at least three corners [x, y], each a fraction of the picture between 0 and 1",
    "bureau": "urban_management (城管), traffic (交通) or housing_construction (住建)",
    "start": 'a time of day in quotes: "18:30"; of a line [x, y], fractions between 0 and 1',
    "until": 'a time of day in quotes: "18:30"; before `start` it is past midnight',
    "days": "1 = Monday … 7 = Sunday",
    "version": "this hub reads version 1",
}


def problem_of(error: ErrorDetails, located: Located, model: type[BaseModel]) -> Problem:
    """One validation error, placed and worded."""
    path = _written(error["loc"], located)
    key = dotted(path)
    last = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
    if error["type"] == "extra_forbidden":
        known = sorted(fields_at(model, path[:-1]))
        near = difflib.get_close_matches(last, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
        return Problem(located.line(path), key, "unknown key", hint)
    if error["type"] == "missing":
        return Problem(located.line(path), key, "missing", _HINTS.get(last, f"add {last}: …"))
    return Problem(located.line(path), key, _message(error), _HINTS.get(last, ""))


def _message(error: ErrorDetails) -> str:
    if error["type"] == "too_short":
        return f"needs at least {error['ctx']['min_length']}, has {error['ctx']['actual_length']}"
    message = error["msg"].removeprefix("Input should be ").removeprefix("String should ").removeprefix("Value error, ")
    given = error["input"]
    shown = f", not {redact(repr(given))}" if isinstance(given, str | int | float) and len(str(given)) < 60 else ""
    return f"must be {message}{shown}".replace("must be match", "must match").replace("must be have", "must have")


def _written(loc: tuple[int | str, ...], located: Located) -> Path:
    """`loc` without the names that pydantic adds for the branches of a union."""
    path: Path = ()
    for index, part in enumerate(loc):
        if (*path, part) in located.lines or index == len(loc) - 1 or isinstance(part, int):
            path = (*path, part)
    return path


def fields_at(model: type[BaseModel], path: Path) -> set[str]:
    """The keys that may stand under `path`."""
    here: Any = model
    for part in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            field = here.model_fields.get(str(part))
            here = _unwrapped(field.annotation) if field else None
        else:
            here = _unwrapped(get_args(here)[-1] if get_origin(here) is dict else next(iter(get_args(here)), None))
    return set(here.model_fields) if isinstance(here, type) and issubclass(here, BaseModel) else set()


def _unwrapped(annotation: Any) -> Any:
    """`X | None` is X."""
    if get_origin(annotation) in (Union, types.UnionType):
        return next(arg for arg in get_args(annotation) if arg is not type(None))
    return annotation
