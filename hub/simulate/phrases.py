"""What happens in the simulated county and how people put it: categories, classes, words and how often.

Monthly counts of calls by category: one county bureau's published statistics (`domain.md` §4.3); classes of grid
reports: GB/T 30428 as implemented (§5.2). All sentences are invented.
`{where}` is the place, `{trait}` a detail that everyone who saw it would name, `{n}` a number of people.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallForm:
    """How a 110 desk would class it and what callers say."""

    category: str
    category_name: str
    level: int
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GridForm:
    """How a grid worker would class it and what they write."""

    class_code: str
    class_name: str
    writes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """One sort of happening. A day of the county holds `calls` calls and `grids` grid reports about it."""

    name: str
    calls: float
    grids: float
    call: CallForm | None = None
    grid: GridForm | None = None
    traits: tuple[str, ...] = ("",)
    also: float = 0.0
    """how often a second person reports the same happening"""


_CARS = ("红色轿车", "白色面包车", "黑色越野车", "银色轿车", "蓝色货车", "电动三轮车")

CRASH = Theme(
    "crash",
    calls=29.0,
    grids=0.0,
    also=0.35,
    traits=_CARS,
    call=CallForm(
        "J040000",
        "道路交通类警情",
        2,
        (
            "{where}发生交通事故，{trait}和电动车撞了，有人受伤，车停在路中间",
            "{where}两车相撞，其中一辆是{trait}，人没大事，堵住路了",
            "我在{where}被{trait}追尾了，麻烦来个交警，电话{phone}",
            "{where}有{trait}撞到护栏，司机还在车里",
        ),
    ),
    grid=GridForm(
        "0499",
        "突发事件-其他",
        ("{where}发生交通事故，{trait}受损停在车道内，已放置警示标志", "{where}两车相撞，{trait}占用车道，正在疏导"),
    ),
)

CROWD = Theme(
    "crowd",
    calls=1.0,
    grids=0.8,
    also=0.6,
    traits=("讨要工资", "争吵", "围观", "抢购"),
    call=CallForm(
        "J030000",
        "群体性事件",
        2,
        (
            "{where}聚集了{n}个人，好像是在{trait}，人越来越多",
            "{where}聚了一大群人，都在{trait}，有人情绪激动，我手机{phone}",
            "{where}人很多，有{n}个人左右在{trait}，路都走不过去",
        ),
    ),
    grid=GridForm(
        "0409",
        "群发性事件",
        ("{where}约{n}人聚集{trait}，已到场劝离", "{where}人员聚集，现场有人{trait}，秩序尚可"),
    ),
)

FIRE = Theme(
    "fire",
    calls=1.2,
    grids=2.5,
    also=0.55,
    traits=("垃圾堆", "杂草", "电动车", "餐馆后厨", "废旧轮胎"),
    call=CallForm(
        "J050000",
        "消防类警情",
        1,
        (
            "{where}着火了，{trait}在烧，烟很大，快来",
            "{where}有浓烟，看着是{trait}起火，旁边有居民楼，我的电话是{phone}",
        ),
    ),
    grid=GridForm(
        "0115",
        "焚烧树叶垃圾",
        ("{where}{trait}冒烟起火，已用灭火器处置并疏散周边人员", "{where}有人焚烧，{trait}有明火"),
    ),
)

FIGHT = Theme(
    "fight",
    calls=5.0,
    grids=0.0,
    also=0.3,
    traits=("烧烤摊", "停车位", "喝酒", "摊位"),
    call=CallForm(
        "J020000",
        "行政（治安）类警情",
        2,
        (
            "{where}有人打架，{n}个人，因为{trait}的事，有人流血了",
            "{where}几个人动手了，好像是{trait}引起的，快来人，{phone}",
        ),
    ),
)

THEFT = Theme(
    "theft",
    calls=0.6,
    grids=0.0,
    call=CallForm(
        "J010000", "刑事类警情", 2, ("我在{where}的电动车被偷了，联系电话{phone}", "{where}门店被撬，丢了几千块钱")
    ),
)

QUARREL = Theme(
    "quarrel",
    calls=9.0,
    grids=0.0,
    traits=("房租", "工钱", "狗叫", "漏水", "宅基地"),
    call=CallForm(
        "050000",
        "纠纷",
        3,
        ("{where}邻里因为{trait}吵起来了，请来调解", "{where}有{trait}纠纷，双方僵持不下，我的号码{phone}"),
    ),
)

HELP = Theme(
    "help",
    calls=22.0,
    grids=0.0,
    also=0.1,
    traits=("老人", "孩子", "行人", "外卖员"),
    call=CallForm(
        "J060000",
        "群众紧急求助",
        3,
        (
            "{where}有一名{trait}摔倒起不来，需要帮助",
            "{where}有{trait}被困，门打不开，电话{phone}",
            "{where}自来水管爆了，水往路上流",
        ),
    ),
)

RIVER = Theme(
    "river",
    calls=0.4,
    grids=0.3,
    also=0.6,
    traits=("桥下", "岸边", "亲水平台"),
    call=CallForm("J060000", "群众紧急求助", 1, ("{where}{trait}有人落水，快点来", "{where}{trait}有人要跳河，劝不住")),
    grid=GridForm("0499", "突发事件-其他", ("{where}{trait}有人落水，已抛救生圈，等待救援",)),
)

NOISE = Theme(
    "noise",
    calls=5.0,
    grids=1.5,
    also=0.2,
    traits=("广场舞音响", "夜间施工", "烧烤摊", "KTV"),
    call=CallForm("J990000", "噪音扰民", 4, ("{where}{trait}声音太大，影响休息", "{where}{trait}一直在响，孩子要考试")),
    grid=GridForm("0508", "商业噪音", ("{where}{trait}噪声扰民，已劝导",)),
)

OTHER = Theme(
    "other",
    calls=22.0,
    grids=0.0,
    call=CallForm(
        "J990000",
        "其他警情",
        4,
        (
            "咨询办理身份证需要什么材料",
            "{where}路灯不亮，请转有关部门",
            "举报{where}有人发小广告",
            "手机丢在{where}，电话{phone}",
        ),
    ),
)

FLOOD = Theme(
    "flood",
    calls=0.6,
    grids=2.0,
    also=0.5,
    traits=("井盖被冲开", "水没过脚踝", "车辆熄火"),
    call=CallForm("J110000", "其他灾害事故", 2, ("{where}路面积水很深，{trait}，车过不去",)),
    grid=GridForm("0406", "道路积水", ("{where}道路积水，{trait}，已设置警示", "{where}积水约二十厘米，{trait}")),
)

PARKING = Theme(
    "parking",
    calls=2.5,
    grids=14.0,
    also=0.25,
    traits=_CARS,
    call=CallForm(
        "J040000", "道路交通类警情", 4, ("{where}{trait}违停，把出口堵住了，联系不上车主", "{where}有{trait}乱停放占道")
    ),
    grid=GridForm("0505", "机动车乱停放", ("{where}{trait}违规停放，占用人行道", "{where}{trait}乱停放，影响通行")),
)

GARBAGE = Theme(
    "garbage",
    calls=0.0,
    grids=45.0,
    also=0.1,
    grid=GridForm(
        "0102",
        "暴露垃圾",
        ("{where}有暴露垃圾约两平方米", "{where}垃圾桶满溢，周边有散落垃圾", "{where}建筑垃圾无人清运"),
    ),
)

VENDOR = Theme(
    "vendor",
    calls=0.0,
    grids=38.0,
    grid=GridForm(
        "0501", "无照经营游商", ("{where}流动摊贩占道经营", "{where}早市摊贩超时未收摊", "{where}水果摊占用盲道")
    ),
)

SHOP = Theme(
    "shop",
    calls=0.0,
    grids=22.0,
    grid=GridForm("0504", "店外经营", ("{where}商户店外经营，已口头劝导", "{where}修车店占道作业")),
)

SITE = Theme(
    "site",
    calls=0.0,
    grids=9.0,
    traits=("未覆盖裸土", "车辆未冲洗", "夜间施工"),
    grid=GridForm("0302", "工地扬尘", ("{where}工地扬尘，{trait}", "{where}施工现场{trait}，扬尘明显")),
)

ROAD = Theme(
    "road",
    calls=0.8,
    grids=12.0,
    also=0.15,
    traits=("井盖缺失", "路面坑槽", "护栏损坏", "线缆垂落"),
    call=CallForm("J140000", "社会联动", 3, ("{where}{trait}，差点摔倒，请派人处理",)),
    grid=GridForm("0110", "道路破损", ("{where}{trait}，存在安全隐患", "{where}发现{trait}，已摆放锥桶")),
)

INTRUSION = Theme(
    "intrusion",
    calls=0.5,
    grids=0.3,
    also=0.5,
    traits=("翻越围挡", "撬锁", "翻进大门"),
    call=CallForm(
        "J020000",
        "行政（治安）类警情",
        3,
        ("{where}有人{trait}闯入工地，不像施工人员，怕是偷东西", "{where}有{n}个人{trait}闯入工地，我电话{phone}"),
    ),
    grid=GridForm(
        "0399",
        "施工管理-其他",
        ("{where}有无关人员{trait}进入施工区域，已劝离", "{where}工地围挡处有人{trait}闯入，存在安全隐患"),
    ),
)

THEMES: tuple[Theme, ...] = (
    CRASH, CROWD, FIRE, FIGHT, THEFT, QUARREL, HELP, RIVER, NOISE, OTHER, FLOOD, PARKING, GARBAGE, VENDOR, SHOP, SITE,
    ROAD, INTRUSION,
)  # fmt: skip
