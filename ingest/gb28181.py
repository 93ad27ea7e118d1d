"""GB/T 28181 device codes: 20 digits taken apart, checked and explained, by the tables of 2016 or 2022."""

from dataclasses import dataclass
from typing import Literal

Edition = Literal["2016", "2022"]
EDITIONS: tuple[Edition, ...] = ("2016", "2022")

_INDUSTRY = {
    "00": ("社会治安路面", "public order, roads"), "01": ("社会治安社区", "public order, communities"),
    "02": ("社会治安内部", "public order, internal"), "03": ("社会治安其他", "public order, other"),
    "04": ("交通路面", "traffic, roads"), "05": ("交通卡口", "traffic, checkpoints"),
    "06": ("交通内部", "traffic, internal"), "07": ("交通其他", "traffic, other"),
    "08": ("城市管理", "urban management"), "09": ("卫生环保", "health and environment"),
    "10": ("商检海关", "inspection and customs"), "11": ("教育部门", "education"),
    "40": ("农林牧渔", "farming"), "41": ("采矿", "mining"), "42": ("制造", "manufacturing"),
}  # fmt: skip
"""Industries that both editions agree on."""

_INDUSTRY_2016 = {
    "43": ("冶金", "metallurgy"), "44": ("电力", "electric power"), "45": ("燃气", "gas"),
    "46": ("建筑", "construction"),
    "47": ("物流", "logistics"), "48": ("邮政", "post"), "49": ("信息", "information"),
    "50": ("住宿餐饮", "hotels and catering"), "51": ("金融", "finance"), "52": ("房地产", "real estate"),
    "53": ("商务服务", "business services"), "54": ("水利", "water"), "55": ("娱乐", "entertainment"),
    **{str(n): ("居民自建", "built by residents") for n in range(80, 90)},
    **{str(n): ("其他主体", "other owners") for n in range(90, 100)},
}  # fmt: skip

_INDUSTRY_2022 = {
    "12": ("民航", "aviation"), "13": ("铁路", "railway"), "14": ("航运", "shipping"),
    "43": ("电力热力燃气及水", "power, heat, gas and water"), "44": ("建筑业", "construction"),
    "45": ("批发零售", "trade"),
}  # fmt: skip

_TYPE = {
    "111": ("DVR", "DVR"), "112": ("视频服务器", "video server"), "113": ("编码器", "encoder"),
    "114": ("解码器", "decoder"), "117": ("报警控制器", "alarm controller"), "118": ("NVR", "NVR"),
    "121": ("视频卡口", "video checkpoint"), "122": ("多目设备", "multi-lens device"), "130": ("HVR", "HVR"),
    "131": ("摄像机", "camera"), "132": ("网络摄像机", "network camera"), "133": ("显示器", "monitor"),
    "134": ("报警输入设备", "alarm input"), "135": ("报警输出设备", "alarm output"),
    "136": ("语音输入设备", "audio input"), "137": ("语音输出设备", "audio output"),
    "138": ("移动传输设备", "mobile transmission"), "139": ("其他外围设备", "other peripheral"),
    "200": ("中心信令控制服务器", "signalling server"), "202": ("媒体分发服务器", "media server"),
    "205": ("报警服务器", "alarm server"), "207": ("GIS 服务器", "GIS server"), "209": ("接入网关", "gateway"),
    "210": ("媒体存储服务器", "media storage"), "211": ("信令安全路由网关", "signalling security gateway"),
    "215": ("业务分组", "business group"), "216": ("虚拟组织", "virtual organisation"),
    "300": ("中心用户", "centre user"), "400": ("终端用户", "terminal user"),
    "500": ("视频图像信息综合应用平台", "video application platform"),
    "501": ("视频图像信息运维管理平台", "video operations platform"),
    "502": ("视频图像分析系统", "video analysis system"), "503": ("视频图像信息数据库", "video database"),
}  # fmt: skip

_NETWORK: dict[Edition, dict[str, str]] = {
    "2016": {
        **dict.fromkeys("01234", "监控报警专网"), "5": "公安信息网", "6": "政务网", "7": "互联网",
        "8": "社会资源接入网", "9": "预留",
    },
    "2022": {
        "0": "公安视频传输网", "1": "公安视频传输网", "2": "行业专网", "3": "政法信息网", "4": "公安移动信息网",
        "5": "公安信息网", "6": "电子政务外网", "7": "互联网等公共网络", "8": "专线", "9": "预留",
    },
}  # fmt: skip

_UNKNOWN = ("预留或未知", "reserved or unknown")

CAMERA_TYPES = frozenset({"131", "132"})
"""摄像机 and 网络摄像机: both appear as channels in practice."""


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """The parts of a 20-digit code, as text."""

    area: str
    """6 digits, GB/T 2260: province, city, district or county"""
    unit: str
    """2 digits: 基层接入单位, 00 when the code is not of that level"""
    industry: str
    type: str
    network: str
    serial: str

    @property
    def is_camera(self) -> bool:
        """Whether it names a camera rather than a platform, a recorder or an alarm."""
        return self.type in CAMERA_TYPES

    def notes(self) -> tuple[tuple[str, str], ...]:
        """Where the editions of 2016 and 2022 read the same digits differently, Chinese and English."""
        notes = []
        if _industry(self.industry, "2016") != _industry(self.industry, "2022"):
            (old_zh, old_en), (new_zh, new_en) = _industry(self.industry, "2016"), _industry(self.industry, "2022")
            zh = f"行业编码 {self.industry}：2016 版为{old_zh}，2022 版为{new_zh}"
            notes.append((zh, f"industry {self.industry}: {old_en} by 2016, {new_en} by 2022"))
        old, new = (_NETWORK[edition][self.network] for edition in EDITIONS)
        if old != new:
            zh = f"网络标识 {self.network}：2016 版为{old}，2022 版为{new}"
            notes.append((zh, f"network {self.network}: {old} by 2016, {new} by 2022"))
        return tuple(notes)

    def explain(self, edition: Edition = "2016") -> dict[str, str]:
        """Each part in Chinese and English. The same industry code means different things in 2016 and 2022."""
        industry_zh, industry_en = _industry(self.industry, edition)
        type_zh, type_en = _TYPE.get(self.type, _UNKNOWN)
        return {
            "area": self.area, "unit": self.unit,
            "industry": f"{self.industry} {industry_zh} · {industry_en}",
            "type": f"{self.type} {type_zh} · {type_en}",
            "network": f"{self.network} {_NETWORK[edition][self.network]}",
            "serial": self.serial,
        }  # fmt: skip


def _industry(code: str, edition: Edition) -> tuple[str, str]:
    return (_INDUSTRY | (_INDUSTRY_2016 if edition == "2016" else _INDUSTRY_2022)).get(code, _UNKNOWN)


def parse(code: str) -> DeviceCode | None:
    """The parts of a code of 20 ASCII digits; None for anything else, which is then kept as the owner's own text."""
    if len(code) != 20 or not (code.isascii() and code.isdigit()):
        return None
    return DeviceCode(code[:6], code[6:8], code[8:10], code[10:13], code[13], code[14:])


def explained(code: str) -> dict[str, object] | None:
    """A code's parts by both editions and where they differ, for JSON; None for what is no full code."""
    parsed = parse(code)
    if parsed is None:
        return None
    return {
        "2016": parsed.explain("2016"),
        "2022": parsed.explain("2022"),
        "notes": [{"zh": zh, "en": en} for zh, en in parsed.notes()],
    }


def problem_of(code: str) -> str | None:
    """Why an all-digit code cannot be a camera's id; None when it can."""
    parsed = parse(code)
    if parsed is None:
        return f"a GB/T 28181 code has 20 digits, this has {len(code)}"
    if not parsed.is_camera:
        zh, en = _TYPE.get(parsed.type, ("未知类型", "an unknown type"))
        return f"digits 11-13 are {parsed.type} ({zh}, {en}), not a camera"
    return None
