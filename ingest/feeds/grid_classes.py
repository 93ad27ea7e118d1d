"""部件/事件 classes of 数字城管 to event types and kinds. Source: GB/T 30428 as told in domain.md §5.2."""

from contracts.kinds import EVENT_TYPES, Kind

_MAJORS: dict[str, str] = {
    "01": "grid_city_appearance", "02": "grid_city_appearance", "03": "grid_construction",
    "04": "grid_emergency", "05": "grid_street_order",
}  # fmt: skip

_KINDS: dict[str, Kind] = {
    "0101": Kind.STREET_ORDER, "0107": Kind.PARKING, "0110": Kind.ROAD_HAZARD, "0112": Kind.ROAD_HAZARD,
    "0115": Kind.FIRE,
    "0201": Kind.STREET_ORDER, "0202": Kind.STREET_ORDER, "0203": Kind.STREET_ORDER, "0204": Kind.STREET_ORDER,
    "0205": Kind.ROAD_HAZARD,
    "0301": Kind.NOISE, "0303": Kind.SANITATION, "0304": Kind.ROAD_HAZARD, "0305": Kind.ROAD_HAZARD,
    "0406": Kind.FLOODING, "0409": Kind.CROWD,
    "0502": Kind.NONE, "0505": Kind.PARKING, "0506": Kind.PARKING, "0508": Kind.NOISE, "0510": Kind.FIRE,
}  # fmt: skip
"""class → kind, where it is not the event type's own"""

_BY_NAME: tuple[tuple[str, str], ...] = (
    ("安全隐患", "grid_safety_hazard"), ("消防", "grid_safety_hazard"), ("安全", "grid_safety_hazard"),
    ("突发", "grid_emergency"), ("群体", "grid_emergency"), ("施工", "grid_construction"),
    ("街面", "grid_street_order"), ("秩序", "grid_street_order"), ("设施", "grid_facility_damage"),
    ("部件", "grid_facility_damage"), ("井盖", "grid_facility_damage"), ("路灯", "grid_facility_damage"),
    ("市容", "grid_city_appearance"), ("环境", "grid_city_appearance"), ("宣传广告", "grid_city_appearance"),
)  # fmt: skip

_FULL_CODE_DIGITS = 16
"""6 of the division, 2 major, 2 or 3 minor, the rest a serial"""

_NOT_SAID_BY_WORDS = frozenset({Kind.DEVICE, Kind.NONE})
_EMERGENCY = frozenset({
    Kind.CROWD, Kind.VIOLENCE, Kind.MEDICAL, Kind.WATER, Kind.FIRE, Kind.FLOODING, Kind.ROAD_HAZARD,
    Kind.TRAFFIC_ACCIDENT, Kind.HAZARD_OBJECT,
})  # fmt: skip


def normal_code(code: str) -> str:
    """The four digits major + minor of a class code as systems write it: 0505, 05-05, 05.05, or all 16 digits."""
    digits = "".join(sign for sign in code if sign.isdecimal() and sign.isascii())
    return digits[6:10] if len(digits) == _FULL_CODE_DIGITS else digits


def event_type_of(code: str, name: str) -> tuple[str, Kind | None] | None:
    """(event type, its kind where the class fixes one); None when neither the code nor the name is known."""
    digits = normal_code(code)
    if len(digits) == 4 and digits[:2] in _MAJORS:
        return _MAJORS[digits[:2]], _KINDS.get(digits)
    return next(((event_type, None) for part, event_type in _BY_NAME if part in name), None)


def open_to_words(code: str, event_type: str) -> frozenset[Kind]:
    """Which kinds the description may make of a class that fixes none: 其他 and classes known by name only."""
    if event_type == "hotline_request":
        return frozenset(Kind) - _NOT_SAID_BY_WORDS
    if event_type == "grid_emergency":
        return _EMERGENCY if normal_code(code) in ("0499", "") else frozenset()
    if normal_code(code).endswith("99") or len(normal_code(code)) != 4:
        return frozenset(Kind) - _NOT_SAID_BY_WORDS
    return frozenset({EVENT_TYPES[event_type].kind})
