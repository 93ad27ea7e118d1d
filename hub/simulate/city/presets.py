"""The named scenarios: what each changes of the base, one at a time, and how several are put together."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from contracts.errors import ConfigurationError
from contracts.wire import unreadable
from hub.simulate.city.settings import CitySettings

Patch = Mapping[str, Any]


class Preset(NamedTuple):
    """One scenario: what it is in a line, and what it changes."""

    what: str
    patch: Patch


_TROUBLES: dict[str, Preset] = {
    "correlated-callers": Preset(
        "callers of a happening share a mast and call at once", {"breakers": {"correlated": {"share": 0.5}}}
    ),
    "geocoded": Preset(
        "half of the calls stand on road centres and known places", {"breakers": {"geocoding": {"share": 0.5}}}
    ),
    "wrong-datum": Preset(
        "GCJ-02 taken for WGS-84 in a tenth of the calls and a twentieth of the grid reports",
        {"breakers": {"datum": {"calls": 0.1, "grid": 0.05}}},
    ),
    "moving": Preset("a third of crowds, fights, accidents and fires move", {"breakers": {"moving": {"share": 0.35}}}),
    "outage": Preset("an hour's outage, then a flush", {"breakers": {"outage": {"minutes": 60}}}),
    "duplicates": Preset(
        "exact and near duplicates", {"breakers": {"duplicates": {"exact": 0.05, "changed": 0.05, "retyped": 0.05}}}
    ),
    "clock-skew": Preset(
        "a fifth of the cameras' clocks are minutes wrong, one in fifty by a time zone",
        {"breakers": {"skew": {"share": 0.2, "zone": 0.02}}},
    ),
    "day-night": Preset("rates, cameras and false alarms by the hour", {"breakers": {"day_night": {"strength": 1}}}),
    "drift": Preset("half of the cameras' model is retrained at noon", {"breakers": {"drift": {"share": 0.5}}}),
    "landmarks": Preset("a third of the people read a lamp post", {"breakers": {"landmarks": {"share": 0.35}}}),
}
"""what the model of `fusion.md` does not assume"""

_SCALES: dict[str, Preset] = {
    "noise-2": Preset("position errors twice as large, and told so", {"noise": {"actual": 2, "reported": 2}}),
    "understated": Preset("position errors twice as large as told", {"noise": {"actual": 2, "reported": 1}}),
    "density-3": Preset("three times as much happens", {"density": 3}),
    "weak-categories": Preset(
        "sources confuse kinds more",
        {"confusion": {"right": {"camera": 0.6, "police_110": 0.5, "grid": 0.55, "dispute": 0.7}}},
    ),
    "few-cameras": Preset("300 cameras", {"fleet": {"count": 300}}),
    "hawkes-4": Preset("near-repeats of .4", {"offspring": {"mean": 0.4}}),
    "views-only": Preset("no camera has ground points", {"fleet": {"calibrated": 0}}),
    "shards-4": Preset("the same city as four districts", {"ground": {"columns": 2, "rows": 2}}),
}

_ALL_TROUBLES = {name: size for one in _TROUBLES.values() for name, size in one.patch["breakers"].items()}

PRESETS: dict[str, Preset] = {
    "base": Preset("the prototype's day", {}),
    **_SCALES,
    **_TROUBLES,
    "everything": Preset("all troubles at once", {"breakers": _ALL_TROUBLES}),
}
"""name → scenario; several names joined by «+» are laid over each other"""


def scenario(name: str, settings: Patch | None = None) -> CitySettings:
    """The settings of a scenario, `noise-2+outage` for several; `settings` is what a file says beneath them.

    Raises:
        ConfigurationError: no such scenario, or the settings are not what `CitySettings` reads.
    """
    whole: dict[str, Any] = CitySettings().model_dump(mode="json")
    for patch in [settings or {}, *(_preset(one.strip()).patch for one in name.split("+"))]:
        whole = laid_over(whole, patch)
    return _read(whole, "--scenario")


def settings_of(path: Path) -> dict[str, Any]:
    """What a settings file (YAML or JSON) says; members left out keep the base's values.

    Raises:
        ConfigurationError: it cannot be read, is no mapping, or holds what `CitySettings` does not know.
    """
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as missing:
        raise ConfigurationError(missing.strerror or "cannot be read", where=str(path)) from None
    except (yaml.YAMLError, UnicodeDecodeError) as bad:
        raise ConfigurationError(f"not YAML or JSON: {bad}".splitlines()[0], where=str(path)) from None
    if said is None:
        return {}
    if not isinstance(said, dict):
        raise ConfigurationError("not a mapping of settings", where=str(path), hint="fleet: {count: 300}")
    _read(laid_over(CitySettings().model_dump(mode="json"), said), str(path))
    return said


def laid_over(whole: Patch, patch: Patch) -> dict[str, Any]:
    """`whole` with the members of `patch` in place of its own, mappings within mappings."""
    merged = dict(whole)
    for key, value in patch.items():
        under = merged.get(key)
        merged[key] = laid_over(under, value) if isinstance(under, Mapping) and isinstance(value, Mapping) else value
    return merged


def _preset(name: str) -> Preset:
    if name not in PRESETS:
        raise ConfigurationError(f"no scenario {name!r}", where="--scenario", hint=", ".join(PRESETS))
    return PRESETS[name]


def _read(whole: Patch, where: str) -> CitySettings:
    try:
        return CitySettings.model_validate(whole)
    except ValidationError as bad:
        raise ConfigurationError(str(unreadable(bad)), where=where, hint="docs/simulator.md names every key") from None
