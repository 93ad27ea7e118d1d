"""One row of 一机一档 (a device record of 雪亮工程) as an entry of streams.yaml, and back. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.cameras import Bureau, Camera
from hub.streams.sheet import CellProblem, Row
from ingest import gb28181

COLUMNS: Mapping[str, Sequence[str]] = {
    "gb_id": ("设备编码", "国标编码", "国标编号", "id"), "name": ("设备名称", "名称", "摄像机名称"),
    "point_name": ("点位名称",), "pole_code": ("杆件编码", "杆号", "杆件编号"),
    "url": ("主码流地址", "取流地址", "RTSP地址"), "sub_url": ("子码流地址",),
    "ip": ("IP地址", "IPv4地址", "设备IP"), "port": ("端口", "端口号"), "channel": ("通道号", "通道"),
    "manufacturer": ("设备厂商", "厂商", "生产厂商"), "lat": ("纬度", "latitude"), "lon": ("经度", "longitude"),
    "datum": ("坐标系",), "direction": ("监视方位", "监控方位", "方位"), "view_angle": ("监视角度", "方向角"),
    "install_height": ("安装高度",), "position_type": ("位置类型", "摄像机位置类型"),
    "industry_owner": ("所属行业", "所属部门/行业", "行业"), "district": ("片区", "区域"),
    "grid_code": ("网格编码", "单元网格"), "retain_days": ("录像保存天数", "存储天数", "保存天数"),
    "device_state": ("设备状态",), "purpose": ("建设目的", "用途"), "sign_installed": ("提示标识", "标识牌"),
    "filing_no": ("备案编号", "备案号"), "legal_basis": ("法律依据", "建设依据"), "priority": ("优先级",),
}  # fmt: skip
"""key → how it is called in tables; bearings of 一机一档 count from the east, ours from the north"""

DIRECTIONS = {
    "1": 90, "2": 270, "3": 180, "4": 0, "5": 135, "6": 45, "7": 225, "8": 315,
    "东": 90, "西": 270, "南": 180, "北": 0, "东南": 135, "东北": 45, "西南": 225, "西北": 315,
}  # fmt: skip
"""DirectionType of GB/T 28181: where the camera looks; compass degrees"""
ALL_ROUND = ("9", "全向", "全景")
POSITIONS = (
    "省际检查站", "党政机关", "车站码头", "中心广场", "体育场馆", "商业中心", "宗教场所", "校园周边", "治安复杂区域",
    "交通干线",
)  # fmt: skip
OWNERS = {
    "12": Bureau.TRAFFIC,
    "交通": Bureau.TRAFFIC,
    "13": Bureau.HOUSING_CONSTRUCTION,
    "住建": Bureau.HOUSING_CONSTRUCTION,
}
OWNERS |= {"城管": Bureau.URBAN_MANAGEMENT, "城市管理": Bureau.URBAN_MANAGEMENT}
INDUSTRIES = {"08": Bureau.URBAN_MANAGEMENT, "46": Bureau.HOUSING_CONSTRUCTION}
INDUSTRIES |= dict.fromkeys(("04", "05", "06", "07"), Bureau.TRAFFIC)
"""by the code's own industry digits; 46 is construction in the edition of 2016"""
REMOVED = ("3", "拆除", "已拆除")
YES, NO = ("1", "是", "有", "true", "yes"), ("0", "否", "无", "false", "no")
WEB_AND_SDK_PORTS = {"80", "443", "8000", "37777"}

PATHS = {
    ("海康", "hik"): "/Streaming/Channels/{channel}0{stream}",
    ("大华", "dahua"): "/cam/realmonitor?channel={channel}&subtype={index}",
    ("宇视", "uniview", "unv"): "/media/video{stream}",
}
"""where makers of cameras serve main (1) and sub (2) stream"""


@dataclass(frozen=True, slots=True)
class Access:
    """How cameras without an address of their own in the table are logged in to."""

    user: str = "admin"
    password_env: str = "CAMERA_PASSWORD"


class _Reader:
    """One row; collects what is wrong in it."""

    def __init__(self, row: Row, headings: Mapping[str, str]) -> None:
        self.row, self._headings = row, headings
        self.problems: list[CellProblem] = []

    def text(self, *keys: str) -> str | None:
        return next((self.row.cells[key] for key in keys if key in self.row.cells), None)

    def number(self, key: str, low: float, high: float) -> float | None:
        text = self.text(key)
        if text is None:
            return None
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            self.wrong(key, f"not a number from {low:g} to {high:g}: {text}")
            return None
        return int(value) if value == int(value) else value

    def yes(self, key: str) -> bool | None:
        text = self.text(key)
        if text is not None and text.lower() not in YES + NO:
            self.wrong(key, f"neither 是 nor 否: {text}")
        return None if text is None else text.lower() in YES

    def wrong(self, key: str, message: str, hint: str = "") -> None:
        self.problems.append(CellProblem(self.row.number, self._headings.get(key, key), message, hint))


def entry_of(row: Row, headings: Mapping[str, str], access: Access) -> tuple[dict[str, Any] | None, list[CellProblem]]:
    """The row as an entry of streams.yaml, None of a camera that was taken down; and what is wrong in it."""
    if row.cells.get("device_state") in REMOVED:
        return None, []
    reader = _Reader(row, headings)
    entry: dict[str, Any] = {
        "id": reader.text("gb_id"), "name": reader.text("name", "point_name"), "bureau": _bureau(reader),
        **_addresses(reader, access), "place": _place(reader), "bearing_deg": _bearing(reader),
        "view_angle_deg": 360 if reader.text("direction") in ALL_ROUND else None,
        "height_m": reader.number("install_height", 0.1, 200), "district": reader.text("district"),
        "grid_code": reader.text("grid_code"), "landmark_no": reader.text("pole_code"),
        "place_type": _position(reader), "priority": reader.number("priority", 1, 5), "legal": _legal(reader),
    }  # fmt: skip
    for key, column in (("id", "gb_id"), ("name", "name")):
        if entry[key] is None:
            reader.wrong(column, "missing")
    return {key: value for key, value in entry.items() if value not in (None, {})}, reader.problems


def _bureau(reader: _Reader) -> str | None:
    owner, code = reader.text("industry_owner"), gb28181.parse(reader.text("gb_id") or "")
    named = next((bureau for name, bureau in OWNERS.items() if owner and name in re.split(r"[/、，; ]", owner)), None)
    found = named or (INDUSTRIES.get(code.industry) if code else None)
    return found.value if found else None


def _place(reader: _Reader) -> dict[str, Any]:
    lat, lon = reader.number("lat", -90, 90), reader.number("lon", -180, 180)
    for key, value in (("lat", lat), ("lon", lon)):
        if value is None and reader.text(key) is None:
            reader.wrong(key, "missing")
    place: dict[str, Any] = {"lat": lat, "lon": lon, "datum": reader.text("datum")}
    return {key: value for key, value in place.items() if value is not None}


def _bearing(reader: _Reader) -> float | None:
    angle, direction = reader.number("view_angle", 0, 360), reader.text("direction")
    if angle is not None:
        return (angle + 90) % 360
    if direction is None or direction in ALL_ROUND:
        return None
    if direction not in DIRECTIONS:
        reader.wrong(
            "direction", f"no direction: {direction}", "1 东 2 西 3 南 4 北 5 东南 6 东北 7 西南 8 西北 9 全向"
        )
    return DIRECTIONS.get(direction)


def _position(reader: _Reader) -> str | None:
    text = reader.text("position_type")
    if text is None or not re.fullmatch(r"[\d/]+", text):
        return text
    return "、".join(POSITIONS[int(n) - 1] if n and 0 < int(n) <= len(POSITIONS) else n for n in text.split("/"))


def _legal(reader: _Reader) -> dict[str, Any]:
    legal = {
        "basis": reader.text("legal_basis"), "purpose": reader.text("purpose"), "sign": reader.yes("sign_installed"),
        "filing_no": reader.text("filing_no"), "retention_days": reader.number("retain_days", 30, 3650),
    }  # fmt: skip
    return {key: value for key, value in legal.items() if value is not None}


def _addresses(reader: _Reader, access: Access) -> dict[str, str | None]:
    """The table's own addresses, else those that the maker's cameras have."""
    if reader.text("url"):
        return {"url": reader.text("url"), "sub_url": reader.text("sub_url")}
    ip, maker = reader.text("ip"), (reader.text("manufacturer") or "").lower()
    path = next((path for names, path in PATHS.items() if any(name in maker for name in names)), None)
    if ip is None:
        reader.wrong("url", "neither an address (主码流地址) nor an IP")
    elif path is None:
        makers = "、".join(names[0] for names in PATHS)
        reader.wrong(
            "url", "missing", f"only of {makers} the address is known by IP and maker: add a column 主码流地址"
        )
    if ip is None or path is None:
        return {}
    port, channel = reader.text("port"), reader.text("channel") or "1"
    host = ip if port is None or port in WEB_AND_SDK_PORTS else f"{ip}:{port}"
    login = f"rtsp://{access.user}:${{{access.password_env}}}@{host}"
    main, sub = (login + path.format(channel=channel, stream=n, index=n - 1) for n in (1, 2))
    return {"url": main, "sub_url": sub}


EXPORTED = (
    "gb_id", "name", "industry_owner", "district", "url", "sub_url", "lat", "lon", "datum", "view_angle",
    "install_height", "pole_code", "grid_code", "priority", "legal_basis", "purpose",
    "sign_installed", "filing_no", "retain_days",
)  # fmt: skip
BUREAUS = {Bureau.URBAN_MANAGEMENT: "城管", Bureau.TRAFFIC: "交通", Bureau.HOUSING_CONSTRUCTION: "住建"}


def headings() -> list[str]:
    """The first line of an exported table."""
    return [COLUMNS[key][0] for key in EXPORTED]


def record_of(camera: Camera) -> list[str]:
    """A camera as a row of 一机一档; zones and rules have no column there."""
    legal, place = camera.legal, camera.place
    cells = (
        camera.camera_id, camera.name, BUREAUS[camera.bureau], camera.district, camera.url, camera.sub_url,
        f"{place.lat:.7f}", f"{place.lon:.7f}", "WGS-84", f"{(camera.bearing_deg - 90) % 360:g}",
        f"{camera.height_m:g}", camera.landmark_no, camera.grid_code, camera.priority,
        legal.legal_basis, legal.purpose, "是" if legal.sign_installed else "否", legal.filing_no,
        legal.retention_days,
    )  # fmt: skip
    return ["" if cell is None else str(cell) for cell in cells]
