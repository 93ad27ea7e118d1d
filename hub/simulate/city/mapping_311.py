"""How a city's public 311 records are read: its columns, times, kinds and words, in a settings file."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import Field, ValidationError, field_validator

from contracts.contract import StrictContract
from contracts.errors import ConfigurationError
from contracts.kinds import EVENT_TYPES, Kind
from contracts.wire import unreadable

_SHIPPED = files("hub.simulate.city").joinpath("mappings_311")

Names = Annotated[tuple[str, ...], Field(min_length=1)]


class Columns(StrictContract):
    """Which column says what; case, spaces and underscores of a heading do not matter."""

    number: str
    created: str
    lat: str
    lon: str
    kind: Names
    """joined by « / »"""
    parent: str | None = None
    """the number of the record that this one repeats; empty on a first record"""
    duplicate: str | None = None
    """whether it repeats another; where it says no, `parent` is not looked at"""
    origin: str | None = None
    street: tuple[str, ...] = ()
    """joined by a space; house numbers and what follows a comma are cut off"""
    text: tuple[str, ...] = ()
    """only searched for the mapping's own words, never kept"""


class Target(StrictContract):
    """What a kind of theirs is in the hub."""

    event_type: str
    kind: Kind | None = None
    """the event type's own when absent"""

    @field_validator("event_type")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in EVENT_TYPES or not name.startswith(("call_", "grid_", "hotline_")):
            raise ValueError("no event type of calls or grid reports")
        return name


class Mapping311(StrictContract):
    """One city's form."""

    city: str
    district: str = Field(pattern=r"^[a-z0-9-]+$")
    columns: Columns
    times: Names
    """forms of `strptime`, tried in turn; a zone in the text wins over `zone`"""
    zone: str
    """IANA name of the zone in which times without one are meant"""
    kinds: dict[str, Target] = Field(min_length=1)
    """part of their kind, in any case → ours; the first that fits wins"""
    other: Literal["skip", "keep"] = "skip"
    """records of no such kind: left out and counted, or kept as hotline_request of kind none"""
    calls: tuple[str, ...] = ()
    """origins that are phone calls: taken as 110 calls, all others as grid reports"""
    sigma_m: float = Field(default=30.0, gt=0)
    bounds: tuple[float, float, float, float]
    """south, west, north, east; outside of it a position is wrong"""
    words: dict[str, Names] = Field(default_factory=dict)
    """token → how it is spelt in `columns.text`; nothing else leaves a text"""

    @field_validator("zone")
    @classmethod
    def _zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("no zone of the IANA database") from None
        return name


def shipped() -> list[str]:
    """The names of the mappings that come with the hub."""
    return sorted(entry.name.removesuffix(".yaml") for entry in _SHIPPED.iterdir() if entry.name.endswith(".yaml"))


def load_mapping(name: str) -> Mapping311:
    """A shipped mapping by its name, or one of a file.

    Raises:
        ConfigurationError: no such name or file, or it is not what `Mapping311` reads; names the first wrong member.
    """
    text = _text(name)
    try:
        return Mapping311.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as bad:
        raise ConfigurationError(f"not YAML: {str(bad).splitlines()[0]}", where=name) from None
    except ValidationError as bad:
        hint = "compare with a shipped one: hub simulate import-311 --show-mapping chicago"
        raise ConfigurationError(str(unreadable(bad)), where=name, hint=hint) from None


def text_of(name: str) -> str:
    """A shipped mapping as it is written, to begin an own one with.

    Raises:
        ConfigurationError: there is none of this name.
    """
    if name not in shipped():
        raise ConfigurationError(f"no mapping {name!r}", where="--show-mapping", hint=", ".join(shipped()))
    return _SHIPPED.joinpath(f"{name}.yaml").read_text(encoding="utf-8")


def _text(name: str) -> str:
    if name in shipped():
        return text_of(name)
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as bad:
        hint = f"a file, or one of {', '.join(shipped())}"
        raise ConfigurationError(getattr(bad, "strerror", None) or "not UTF-8", where=name, hint=hint) from None
