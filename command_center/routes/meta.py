"""What every page needs once: the city, the taxonomy, the levels, the roles, the units that can be sent."""

from fastapi import APIRouter

from command_center.access import GivenPorts, Signed
from command_center.geography import Unit
from command_center.permissions import ROLE_NAMES
from command_center.ports import Page
from command_center.problems import responses
from contracts.contract import Contract
from contracts.kinds import EVENT_TYPES, KIND_ZH

router = APIRouter(tags=["meta"])


class Named(Contract):
    """A value with its names."""

    name: str
    zh: str
    en: str


class EventTypeInfo(Named):
    """One row of the taxonomy."""

    code: str
    kind: str
    severity: int
    sound: bool


class SeverityInfo(Contract):
    """A level: colour, shape and word together."""

    severity: int
    zh: str
    colour: str
    shape: str


class Meta(Contract):
    """GET /api/meta."""

    city_name: str
    exercise: bool
    claim_minutes: int
    undo_seconds: int
    flood_count: int
    """more than so many of one kind in one grid …"""
    flood_minutes: float
    """… within so many minutes are shown as one row that opens"""
    kinds: tuple[Named, ...]
    event_types: tuple[EventTypeInfo, ...]
    severities: tuple[SeverityInfo, ...]
    roles: tuple[Named, ...]


class Units(Page):
    """GET /api/units."""

    items: tuple[Unit, ...]


_LEVELS = {1: ("一级", "red", "▲"), 2: ("二级", "orange", "◆"), 3: ("三级", "yellow", "■"), 4: ("四级", "blue", "●")}
"""colours: 突发事件应对法 art. 63"""


@router.get("/api/meta", responses=responses(401))
async def meta(operator: Signed, ports: GivenPorts) -> Meta:
    """The words of this city's console."""
    return Meta(
        city_name=ports.config.city_name,
        exercise=ports.config.exercise,
        claim_minutes=int(ports.config.claim_for.total_seconds() // 60),
        undo_seconds=int(ports.config.undo_for.total_seconds()),
        flood_count=ports.config.flood_count,
        flood_minutes=ports.config.flood_minutes,
        kinds=tuple(Named(name=one.value, zh=zh, en=_words(one.value)) for one, zh in KIND_ZH.items()),
        event_types=tuple(
            EventTypeInfo(
                name=one.name, zh=one.zh, en=_words(one.name), code=one.code, kind=one.kind.value,
                severity=one.severity, sound=one.sound,
            )
            for one in EVENT_TYPES.values()
        ),
        severities=tuple(
            SeverityInfo(severity=level, zh=zh, colour=colour, shape=shape)
            for level, (zh, colour, shape) in _LEVELS.items()
        ),
        roles=tuple(Named(name=role.value, zh=zh, en=en) for role, (zh, en) in ROLE_NAMES.items()),
    )  # fmt: skip


@router.get("/api/units", responses=responses(401))
async def units(operator: Signed, ports: GivenPorts) -> Units:
    """Whom a dispatcher (side police) or a grid operator (side grid) can send."""
    return Units(items=ports.geography.units())


def _words(name: str) -> str:
    return name.replace("_", " ")
