"""The taxonomy: what a source reported (event type), what may be happening (kind), how grave it is (severity).

A vendor code or a police category maps to an event type, never to a kind; fusion compares kinds.
Source: `domain.md` (b), after GB/T 28181 alarm types, GB/T 30428 event classes and the 110 categories.
"""

from enum import IntEnum, StrEnum
from typing import NamedTuple


class Severity(IntEnum):
    """1 is the gravest (一级, red), 4 the mildest (四级, blue): 突发事件应对法 art. 63, GB/T 28181 AlarmPriority."""

    LEVEL_1 = 1
    LEVEL_2 = 2
    LEVEL_3 = 3
    LEVEL_4 = 4


class Certainty(StrEnum):
    """CAP 1.2 certainty."""

    OBSERVED = "observed"
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What may be happening in the world: 20 values, `device`, and `none`."""

    CROWD = "crowd"
    VIOLENCE = "violence"
    MEDICAL = "medical"
    INTRUSION = "intrusion"
    HAZARD_OBJECT = "hazard_object"
    WATER = "water"
    TRAFFIC_ACCIDENT = "traffic_accident"
    TRAFFIC_DANGER = "traffic_danger"
    CONGESTION = "congestion"
    PARKING = "parking"
    ROAD_HAZARD = "road_hazard"
    FLOODING = "flooding"
    STREET_ORDER = "street_order"
    SANITATION = "sanitation"
    FIRE = "fire"
    WORK_SAFETY = "work_safety"
    DUST = "dust"
    DISPUTE = "dispute"
    NOISE = "noise"
    DEVICE = "device"
    NONE = "none"


KIND_ZH: dict[Kind, str] = {
    Kind.CROWD: "人员聚集",
    Kind.VIOLENCE: "打架斗殴",
    Kind.MEDICAL: "人员伤病",
    Kind.INTRUSION: "区域入侵",
    Kind.HAZARD_OBJECT: "可疑物品",
    Kind.WATER: "涉水险情",
    Kind.TRAFFIC_ACCIDENT: "交通事故",
    Kind.TRAFFIC_DANGER: "交通险情",
    Kind.CONGESTION: "交通拥堵",
    Kind.PARKING: "违法停车",
    Kind.ROAD_HAZARD: "道路隐患",
    Kind.FLOODING: "道路积水",
    Kind.STREET_ORDER: "街面秩序",
    Kind.SANITATION: "市容环境",
    Kind.FIRE: "火情",
    Kind.WORK_SAFETY: "施工安全",
    Kind.DUST: "扬尘",
    Kind.DISPUTE: "纠纷",
    Kind.NOISE: "噪音扰民",
    Kind.DEVICE: "设备故障",
    Kind.NONE: "其他",
}


class EventType(NamedTuple):
    """One row of the taxonomy.

    `sound` says whether it may sound before a person confirms; `refinable` that `kind` is only the default
    and a subtype may name another.
    """

    code: str
    name: str
    zh: str
    kind: Kind
    severity: Severity
    sound: bool
    refinable: bool = False


def _rows(*rows: tuple[str, str, str, Kind, int, bool]) -> dict[str, EventType]:
    return {name: EventType(code, name, zh, kind, Severity(sev), snd) for code, name, zh, kind, sev, snd in rows}


_VIDEO = _rows(
    ("VO01", "crowd_gathering", "人员聚集", Kind.CROWD, 3, False),
    ("VO02", "crowd_density_high", "人员密度过高", Kind.CROWD, 2, True),
    ("VO03", "suspected_fight", "疑似打架斗殴", Kind.VIOLENCE, 2, True),
    ("VO04", "person_down", "人员倒地", Kind.MEDICAL, 2, True),
    ("VO05", "zone_intrusion", "区域入侵", Kind.INTRUSION, 3, False),
    ("VO06", "line_crossing", "越界绊线", Kind.INTRUSION, 4, False),
    ("VO07", "object_left", "遗留物", Kind.HAZARD_OBJECT, 3, False),
    ("VO08", "water_edge_presence", "重点水域有人", Kind.WATER, 2, True),
    ("VO09", "crowd_growing", "人员快速聚集", Kind.CROWD, 3, False),
    ("VO10", "crowd_dispersal", "人群奔散", Kind.CROWD, 2, True),
    ("VO99", "other_video", "其他视频报警", Kind.NONE, 4, False),
    ("VT01", "traffic_accident_suspected", "疑似交通事故", Kind.TRAFFIC_ACCIDENT, 2, True),
    ("VT02", "traffic_congestion", "交通拥堵", Kind.CONGESTION, 4, False),
    ("VT03", "illegal_parking", "机动车违停", Kind.PARKING, 4, False),
    ("VT04", "wrong_way", "逆行", Kind.TRAFFIC_DANGER, 3, False),
    ("VT05", "pedestrian_on_road", "行人闯入机动车道", Kind.TRAFFIC_DANGER, 3, False),
    ("VT06", "road_debris", "路面抛洒物", Kind.ROAD_HAZARD, 3, False),
    ("VT07", "road_flooding", "道路积水", Kind.FLOODING, 2, True),
    ("VT08", "stopped_vehicle", "行车道停车", Kind.TRAFFIC_DANGER, 3, False),
    ("VC01", "street_vendor", "无照经营游商", Kind.STREET_ORDER, 4, False),
    ("VC02", "shop_occupying_road", "店外经营", Kind.STREET_ORDER, 4, False),
    ("VC03", "exposed_garbage", "暴露垃圾", Kind.SANITATION, 4, False),
    ("VC04", "bin_overflow", "垃圾满溢", Kind.SANITATION, 4, False),
    ("VC05", "material_piling", "乱堆物料", Kind.STREET_ORDER, 4, False),
    ("VC06", "illegal_ad", "违规广告", Kind.STREET_ORDER, 4, False),
    ("VC07", "manhole_abnormal", "井盖异常", Kind.ROAD_HAZARD, 2, True),
    ("VC08", "open_burning", "露天焚烧", Kind.FIRE, 3, False),
    ("VB01", "no_helmet", "未戴安全帽", Kind.WORK_SAFETY, 3, False),
    ("VB02", "site_dust", "工地扬尘", Kind.DUST, 4, False),
    ("VB03", "work_occupying_road", "施工占道", Kind.ROAD_HAZARD, 4, False),
    ("VB04", "muck_truck_uncovered", "渣土车未遮盖", Kind.DUST, 4, False),
    ("VF01", "smoke_detected", "烟雾", Kind.FIRE, 2, True),
    ("VF02", "flame_detected", "明火", Kind.FIRE, 1, True),
    ("VF03", "fire_lane_blocked", "消防通道占用", Kind.PARKING, 3, False),
    ("DV01", "camera_offline", "摄像机离线", Kind.DEVICE, 4, False),
    ("DV02", "video_quality_abnormal", "视频质量异常", Kind.DEVICE, 4, False),
    ("DV03", "camera_tampered", "遮挡或移位", Kind.DEVICE, 3, False),
    ("DV04", "evidence_store_failed", "证据存储故障", Kind.DEVICE, 2, False),
)

_CALLS = _rows(
    ("PO01", "call_criminal", "刑事类警情", Kind.VIOLENCE, 1, True),
    ("PO02", "call_public_order", "行政（治安）类警情", Kind.VIOLENCE, 2, True),
    ("PO03", "call_traffic", "道路交通类警情", Kind.TRAFFIC_ACCIDENT, 2, True),
    ("PO04", "call_fire", "火灾及灾害事故", Kind.FIRE, 1, True),
    ("PO05", "call_crowd", "聚集、群体性警情", Kind.CROWD, 1, True),
    ("PO06", "call_dispute", "纠纷类警情", Kind.DISPUTE, 3, True),
    ("PO07", "call_help", "群众紧急求助", Kind.MEDICAL, 2, True),
    ("PO08", "call_noise", "噪音扰民", Kind.NOISE, 4, False),
    ("PO09", "call_other", "其他警情", Kind.NONE, 4, False),
)

_GRID = _rows(
    ("GR01", "grid_safety_hazard", "安全隐患", Kind.WORK_SAFETY, 3, False),
    ("GR02", "grid_city_appearance", "市容环境问题", Kind.SANITATION, 4, False),
    ("GR03", "grid_street_order", "街面秩序问题", Kind.STREET_ORDER, 4, False),
    ("GR04", "grid_construction", "施工管理问题", Kind.DUST, 4, False),
    ("GR05", "grid_emergency", "突发事件", Kind.ROAD_HAZARD, 2, True),
    ("GR06", "grid_facility_damage", "公共设施损坏", Kind.ROAD_HAZARD, 3, False),
    ("GR07", "hotline_request", "热线诉求", Kind.NONE, 4, False),
)

_WORK_ITEMS = _rows(
    ("WI01", "dispute_case", "矛盾纠纷", Kind.DISPUTE, 3, False),
    ("WI02", "petition_request", "信访·申诉求决", Kind.NONE, 4, False),
    ("WI03", "petition_suggestion", "信访·意见建议", Kind.NONE, 4, False),
)

_REFINABLE = frozenset({
    "call_criminal", "call_public_order", "call_fire", "call_help", "grid_safety_hazard", "grid_city_appearance",
    "grid_street_order", "grid_construction", "grid_emergency", "grid_facility_damage", "hotline_request",
})  # fmt: skip

EVENT_TYPES: dict[str, EventType] = {
    name: row._replace(refinable=name in _REFINABLE) for name, row in (_VIDEO | _CALLS | _GRID | _WORK_ITEMS).items()
}
"""Every event type by its identifier. 检举控告 petitions are absent on purpose: they never enter the hub."""
