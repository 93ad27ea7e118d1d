"""Which kinds may be the same happening, and how often: the table of `domain.md` (b), as a symmetric look-up."""

from contracts.kinds import EVENT_TYPES, Kind

_K = Kind

PAIRS: tuple[tuple[Kind, Kind, float], ...] = (
    (_K.CROWD, _K.VIOLENCE, 0.7),
    (_K.CROWD, _K.TRAFFIC_ACCIDENT, 0.6),
    (_K.CROWD, _K.FIRE, 0.6),
    (_K.CROWD, _K.STREET_ORDER, 0.3),
    (_K.CROWD, _K.TRAFFIC_DANGER, 0.4),
    (_K.CROWD, _K.DISPUTE, 0.6),
    (_K.VIOLENCE, _K.DISPUTE, 0.8),
    (_K.VIOLENCE, _K.MEDICAL, 0.6),
    (_K.MEDICAL, _K.TRAFFIC_ACCIDENT, 0.8),
    (_K.MEDICAL, _K.WATER, 0.7),
    (_K.TRAFFIC_ACCIDENT, _K.CONGESTION, 0.7),
    (_K.TRAFFIC_ACCIDENT, _K.TRAFFIC_DANGER, 0.7),
    (_K.TRAFFIC_ACCIDENT, _K.ROAD_HAZARD, 0.6),
    (_K.CONGESTION, _K.FLOODING, 0.7),
    (_K.CONGESTION, _K.PARKING, 0.4),
    (_K.CONGESTION, _K.ROAD_HAZARD, 0.5),
    (_K.FLOODING, _K.ROAD_HAZARD, 0.6),
    (_K.FIRE, _K.DUST, 0.3),
    (_K.FIRE, _K.SANITATION, 0.3),
    (_K.PARKING, _K.STREET_ORDER, 0.3),
    (_K.WORK_SAFETY, _K.DUST, 0.4),
    (_K.WORK_SAFETY, _K.MEDICAL, 0.7),
    (_K.NOISE, _K.DISPUTE, 0.5),
    (_K.NOISE, _K.STREET_ORDER, 0.4),
    (_K.INTRUSION, _K.WATER, 0.6),
    (_K.INTRUSION, _K.VIOLENCE, 0.4),
    (_K.HAZARD_OBJECT, _K.CROWD, 0.2),
)
"""1.0 the same kind · 0.6-0.9 often the same happening · 0.2-0.5 weak · a pair that is not here never joins"""

LINK_WEIGHT = 0.4
"""from here on a dispute is worth suggesting as a link"""

NEVER_JOIN = frozenset({Kind.NONE, Kind.DEVICE})
"""`none` says nothing to compare; a dead device qualifies what is seen and is no part of it"""

CATCH_ALL = frozenset({"grid_emergency"})
CATCH_ALL_CLAIMS = tuple(sorted(EVENT_TYPES[name].kind.value + "?" for name in CATCH_ALL))
"""what a signal of such a category claims: its usual kind, with a «?»"""
MAY_HIDE = frozenset({"crowd", "violence", "dispute", "medical", "traffic_accident", "fire", "flooding"})
"""what a catch-all category may stand for"""

_WEIGHTS: dict[tuple[str, str], float] = {
    **{(kind.value, kind.value): 1.0 for kind in Kind if kind not in NEVER_JOIN},
    **{(a.value, b.value): w for a, b, w in PAIRS},
    **{(b.value, a.value): w for a, b, w in PAIRS},
}


def weight(a: str, b: str) -> float:
    """How readily kinds `a` and `b` are one happening, in [0, 1]; 0 means never."""
    return _WEIGHTS.get((a, b), 0.0)


def is_vague(event_type: str, kind: str) -> bool:
    """Whether the source's category may hide another kind: 突发事件-其他, of which the words said nothing more."""
    return event_type in CATCH_ALL and EVENT_TYPES[event_type].kind.value == kind


def is_unrefined(event_type: str, kind: str) -> bool:
    """Whether the kind is only what the source's category usually means."""
    row = EVENT_TYPES.get(event_type)
    return row is not None and row.refinable and row.kind.value == kind
