"""How sources name what they saw and how people put it: categories, sentences, and things everybody there could see.

Categories and levels are those of the simulated county (`hub.simulate.phrases`); all sentences are invented.
"""

import random
from dataclasses import dataclass

from contracts.kinds import Kind
from hub.simulate.city.dice import one_of
from hub.simulate.city.settings import Confusion, Words
from hub.simulate.phrases import CRASH, CROWD, FIGHT, FIRE, HELP, PARKING, QUARREL, SITE, VENDOR, CallForm, GridForm

NEIGHBOURS: dict[Kind, tuple[Kind, ...]] = {
    Kind.CROWD: (Kind.VIOLENCE, Kind.STREET_ORDER),
    Kind.VIOLENCE: (Kind.CROWD, Kind.MEDICAL),
    Kind.MEDICAL: (Kind.TRAFFIC_ACCIDENT, Kind.VIOLENCE),
    Kind.TRAFFIC_ACCIDENT: (Kind.MEDICAL, Kind.PARKING),
    Kind.PARKING: (Kind.TRAFFIC_ACCIDENT, Kind.STREET_ORDER),
    Kind.FIRE: (Kind.DUST,),
    Kind.DUST: (Kind.FIRE, Kind.STREET_ORDER),
    Kind.STREET_ORDER: (Kind.PARKING, Kind.CROWD),
}
"""what a kind is easily taken for"""

CAMERA_EVENTS: dict[Kind, tuple[str, ...]] = {
    Kind.CROWD: ("crowd_gathering",),
    Kind.MEDICAL: ("person_down",),
    Kind.TRAFFIC_ACCIDENT: ("traffic_accident_suspected",),
    Kind.FIRE: ("smoke_detected", "smoke_detected", "flame_detected"),
    Kind.VIOLENCE: ("suspected_fight",),
    Kind.STREET_ORDER: ("street_vendor", "shop_occupying_road"),
    Kind.DUST: ("site_dust",),
    Kind.PARKING: ("illegal_parking",),
}

CALL_EVENTS: dict[Kind, str] = {
    Kind.CROWD: "call_crowd",
    Kind.MEDICAL: "call_help",
    Kind.TRAFFIC_ACCIDENT: "call_traffic",
    Kind.FIRE: "call_fire",
    Kind.VIOLENCE: "call_public_order",
    Kind.DISPUTE: "call_dispute",
    Kind.STREET_ORDER: "call_other",
    Kind.DUST: "call_other",
    Kind.PARKING: "call_traffic",
}

GRID_EVENTS: dict[Kind, str] = {
    Kind.CROWD: "grid_emergency",
    Kind.MEDICAL: "grid_emergency",
    Kind.TRAFFIC_ACCIDENT: "grid_emergency",
    Kind.FIRE: "grid_city_appearance",
    Kind.VIOLENCE: "grid_emergency",
    Kind.STREET_ORDER: "grid_street_order",
    Kind.DUST: "grid_construction",
    Kind.PARKING: "grid_street_order",
}


def _call(form: CallForm | None, *says: str) -> CallForm:
    assert form is not None, "the county's phrase has a call"
    return CallForm(form.category, form.category_name, form.level, says)


def _grid(form: GridForm | None, *writes: str) -> GridForm:
    assert form is not None, "the county's phrase has a grid report"
    return GridForm(form.class_code, form.class_name, writes)


CALLS: dict[Kind, CallForm] = {
    Kind.CROWD: _call(CROWD.call, "{where}聚集了很多人", "{where}有一大群人扎堆，路都走不过去"),
    Kind.MEDICAL: _call(HELP.call, "{where}有人晕倒了，快来", "{where}有人摔倒起不来，要救护车"),
    Kind.TRAFFIC_ACCIDENT: _call(CRASH.call, "{where}撞车了", "{where}出车祸了，麻烦来个交警", "{where}有车追尾"),
    Kind.FIRE: _call(FIRE.call, "{where}着火了，快来", "{where}起火，烟很大"),
    Kind.VIOLENCE: _call(FIGHT.call, "{where}有人打架", "{where}几个人动手了，快来人"),
    Kind.DISPUTE: _call(QUARREL.call, "{where}有人吵架，请来调解", "{where}起了纠纷，双方僵持不下"),
    Kind.STREET_ORDER: CallForm("J990000", "其他警情", 4, ("{where}有人摆摊占道", "{where}摊贩把路占了")),
    Kind.DUST: CallForm("J990000", "其他警情", 4, ("{where}扬尘很大", "{where}尘土飞扬，没法开窗")),
    Kind.PARKING: _call(PARKING.call, "{where}有车违停", "{where}有车乱停，挡道了"),
}

GRIDS: dict[Kind, GridForm] = {
    Kind.CROWD: _grid(CROWD.grid, "{where}人员聚集，已到场", "{where}多人聚集，秩序尚可"),
    Kind.MEDICAL: _grid(CRASH.grid, "{where}有人倒地，已联系家属", "{where}一人晕倒，已协助"),
    Kind.TRAFFIC_ACCIDENT: _grid(CRASH.grid, "{where}发生交通事故，已放置警示标志", "{where}车辆相撞，正在疏导"),
    Kind.FIRE: _grid(FIRE.grid, "{where}冒烟起火，已处置", "{where}有明火"),
    Kind.VIOLENCE: _grid(CRASH.grid, "{where}有人打架，已劝开", "{where}发生斗殴，已报警"),
    Kind.STREET_ORDER: _grid(VENDOR.grid, "{where}流动摊贩占道经营", "{where}摊贩超时未收摊"),
    Kind.DUST: _grid(SITE.grid, "{where}扬尘明显", "{where}未遮盖，扬尘大"),
    Kind.PARKING: _grid(PARKING.grid, "{where}机动车乱停放", "{where}违停，影响通行"),
}

_COLOURS = ("红色", "白色", "黑色", "蓝色", "绿色", "黄色", "灰色")
_VEHICLES = ("轿车", "越野车", "货车", "面包车", "客车", "出租车", "电动车", "摩托车", "三轮车", "油罐车")
_CARS = tuple(f"{colour}{vehicle}" for colour in _COLOURS for vehicle in _VEHICLES)
_HURT = ("", "", "有人流血", "有人被困", "老人受伤", "小孩受伤")
_NEAR = (
    "", "", "", "在公交站", "在学校门口", "在医院门口", "在大桥上", "在涵洞口", "在绿化带边", "在超市门口",
    "在菜市场边", "在车库口", "在仓库边", "在斑马线上", "在变压器下", "在汽车站外", "在厂房边",
)  # fmt: skip
_PEOPLE = ("", "5个人", "10来个人", "二十多人", "40个人", "上百人")

SIGHTS: dict[Kind, tuple[tuple[str, ...], ...]] = {
    Kind.CROWD: (_PEOPLE, ("", "拉着横幅", "都是工人", "都是学生", "有保安", "有城管", "老人居多", "有音箱"), _NEAR),
    Kind.MEDICAL: (
        ("老人", "小孩", "学生", "工人", "保安", "骑电动车的", "骑自行车的"), ("", "喝醉了", "头破了"), _NEAR,
    ),
    Kind.TRAFFIC_ACCIDENT: (_CARS, _CARS, _HURT, _NEAR),
    Kind.FIRE: (
        ("电动车在烧", "大树在烧", "仓库里", "阳台上", "饭店里", "变压器", "草丛", "楼顶", "货车在烧", "车库里"),
        ("", "", "2楼", "3楼", "5楼", "6楼", "7栋", "12栋"), ("", "", "有人被困", "有爆炸声"), _NEAR,
    ),
    Kind.VIOLENCE: (("", "拿刀", "拿棍", "喝醉了"), _PEOPLE, ("", "有人流血", "保安在场", "有学生"), _NEAR),
    Kind.STREET_ORDER: (("三轮车", "面包车", "支着帐篷", "用音箱", "电动车", "", ""), _NEAR, ("", "3个人", "挡了盲道")),
    Kind.DUST: (("渣土车", "工程车", "货车", "", ""), _COLOURS, _NEAR),
    Kind.PARKING: (_CARS, _NEAR, ("", "挡了盲道", "两辆")),
}  # fmt: skip
"""per kind, groups of things to be seen; of each group one is there, or nothing"""


@dataclass(frozen=True, slots=True)
class Scene:
    """What could be seen at one happening."""

    kind: Kind
    sights: tuple[str, ...]


def scene(rng: random.Random, kind: Kind) -> Scene:
    """What there is to be seen at a happening of this kind."""
    return Scene(kind, tuple(one_of(rng, group) for group in SIGHTS[kind]))


def mentions(rng: random.Random, there: Scene, words: Words) -> str:
    """What one reporter mentions of it, some of it wrong."""
    said = []
    for group, sight in zip(SIGHTS[there.kind], there.sights, strict=True):
        shown = one_of(rng, group) if rng.random() < words.wrong else sight
        if shown and rng.random() < words.mention:
            said.append(shown)
    return "".join(f"，{one}" for one in said)


def named(rng: random.Random, kind: Kind, source: str, confusion: Confusion, kinds: tuple[Kind, ...]) -> Kind:
    """What a source calls a happening of this kind; `kinds` are those that happen in this city."""
    if rng.random() < confusion.right[source]:  # type: ignore[index]
        return kind
    near = [one for one in NEIGHBOURS[kind] if one in kinds]
    if source == "police_110" and kind is Kind.VIOLENCE:
        near.append(Kind.DISPUTE)
    if near and rng.random() < confusion.structured:
        return one_of(rng, near)
    others = [one for one in kinds if one is not kind]
    return one_of(rng, others) if others else kind
