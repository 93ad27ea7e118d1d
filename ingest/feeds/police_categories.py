"""警情类别 to event types: the codes and names that police systems send. Source: domain.md §4.3."""

from contracts.kinds import EVENT_TYPES, Kind, Severity

# The J family was seen whole; of the six-digit family the digits' names are uncertain, so a name in the record wins.
_BY_CODE: dict[str, tuple[str, Kind | None]] = {
    "J010000": ("call_criminal", None), "010000": ("call_criminal", None),
    "J020000": ("call_public_order", None), "020000": ("call_public_order", None),
    "J030000": ("call_crowd", None), "030000": ("call_traffic", None),
    "J040000": ("call_traffic", None), "040000": ("call_fire", None),
    "J050000": ("call_fire", None), "050000": ("call_dispute", None),
    "J060000": ("call_help", None), "060000": ("call_help", None),
    "J070000": ("call_other", None), "070000": ("call_other", None),
    "J080000": ("call_other", None), "080000": ("call_other", None),
    "J090000": ("call_help", Kind.NONE), "090000": ("call_other", None),
    "J100000": ("call_help", Kind.MEDICAL), "J110000": ("call_fire", None),
    "J120000": ("call_other", None), "J130000": ("call_other", None),
    "J140000": ("call_other", None), "J990000": ("call_other", None), "990000": ("call_other", None),
}  # fmt: skip

# The first that is contained wins: «治安纠纷» is a dispute, «交通噪音» is noise.
_BY_NAME: tuple[tuple[str, str, Kind | None], ...] = (
    ("噪音", "call_noise", None), ("噪声", "call_noise", None), ("扰民", "call_noise", None),
    ("纠纷", "call_dispute", None), ("群体性", "call_crowd", None), ("聚集", "call_crowd", None),
    ("上访", "call_crowd", None), ("交通", "call_traffic", None), ("火灾", "call_fire", None),
    ("消防", "call_fire", None), ("灾害", "call_fire", None), ("失踪", "call_help", Kind.NONE),
    ("走失", "call_help", Kind.NONE), ("意外死亡", "call_help", Kind.MEDICAL), ("求助", "call_help", None),
    ("刑事", "call_criminal", None), ("治安", "call_public_order", None), ("行政", "call_public_order", None),
    ("举报", "call_other", None), ("咨询", "call_other", None), ("投诉", "call_other", None),
    ("联动", "call_other", None), ("便民", "call_other", None), ("预警", "call_other", None),
    ("其他", "call_other", None),
)  # fmt: skip

OPEN_CODES = frozenset({"J990000", "990000"})
"""其他: says nothing, so that the words may say what it is"""

_ANY = frozenset(Kind) - {Kind.DEVICE}
_TRAFFIC = frozenset({
    Kind.TRAFFIC_ACCIDENT, Kind.CONGESTION, Kind.PARKING, Kind.TRAFFIC_DANGER, Kind.ROAD_HAZARD, Kind.FLOODING,
})  # fmt: skip
KINDS_BY_WORDS: dict[str, frozenset[Kind]] = {
    "call_criminal": _ANY,
    "call_public_order": _ANY,
    "call_traffic": _TRAFFIC,
    "call_fire": frozenset({Kind.FIRE, Kind.FLOODING, Kind.WATER, Kind.ROAD_HAZARD, Kind.HAZARD_OBJECT}),
    "call_crowd": frozenset(),
    "call_dispute": frozenset({Kind.DISPUTE, Kind.VIOLENCE, Kind.CROWD}),
    "call_help": _ANY,
    "call_noise": frozenset(),
    "call_other": frozenset(),
}
"""which kinds the words of a call may make of its event type; the type's own kind when they say none of these"""

_GRAVEST = {
    kind: min(row.severity for row in EVENT_TYPES.values() if row.kind is kind)
    for kind in {row.kind for row in EVENT_TYPES.values()}
}


def event_type_of(code: str, name: str) -> tuple[str, Kind | None] | None:
    """(event type, its kind where the category fixes one), by the category's name, then by its code; None: unknown."""
    for text in (name, code):
        for part, event_type, kind in _BY_NAME:
            if part in text:
                return event_type, kind
    return _BY_CODE.get(code.upper())


def severity_of(event_type: str, kind: Kind) -> Severity:
    """The severity of a call without a level; one of no known category is as grave as what its words say."""
    row = EVENT_TYPES[event_type]
    return _GRAVEST.get(kind, row.severity) if event_type == "call_other" else row.severity
