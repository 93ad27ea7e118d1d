"""在线率 and 完好率 by their definitions, per camera, per bureau and in all, out of the log of health. Pure.

What no stretch of the log covers was not watched by the hub: it is «no data», counted and said, and neither online nor
offline.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import AwareDatetime, Field

from contracts.cameras import Bureau, Camera
from contracts.contract import Contract

FRESH = timedelta(seconds=60)
"""a camera counts in the instant rates when it was heard of so shortly before the end of the period"""


class Definition(Contract):
    """What a figure is called and how it is counted."""

    field: str
    zh: str
    en: str
    how_zh: str
    how_en: str


class Rate(Contract):
    """The figures of one camera, one bureau, or all. Rates 0-1, null where there is no data; durations in seconds."""

    cameras: int
    """registered"""
    online_rate: float | None
    intact_rate: float | None
    instant_online_rate: float | None
    instant_intact_rate: float | None
    data_share: float
    cameras_without_data: int
    online_s: float
    offline_s: float
    intact_s: float
    no_data_s: float
    defects_s: dict[str, float] = Field(default_factory=dict)
    """how long each defect lasted while there was a picture"""


class BureauRate(Rate):
    """One bureau's."""

    bureau: Bureau


class CameraRate(Rate):
    """One camera's."""

    camera_id: str
    name: str
    bureau: Bureau


class Rates(Contract):
    """GET /api/cameras/rates."""

    start: AwareDatetime
    end: AwareDatetime
    definitions: tuple[Definition, ...]
    total: Rate
    bureaus: tuple[BureauRate, ...]
    cameras: tuple[CameraRate, ...]
    note_zh: str
    note_en: str


DEFINITIONS = (
    Definition(
        field="online_rate", zh="在线率（时长）", en="Online rate (by time)",
        how_zh="累计在线时长 ÷ 有数据的时长；全天有数据时等于“每日累计在线时长 ÷ 24 小时”的平均值。",
        how_en="Time online ÷ time with data; with data all day it is the mean of «time online a day ÷ 24 h».",
    ),
    Definition(
        field="instant_online_rate", zh="在线率（即时）", en="Online rate (instant)",
        how_zh="统计时段末在线路数 ÷ 登记路数（演练点位不计）；无数据的摄像机计入分母，不计为在线。",
        how_en="Cameras online at the end of the period ÷ registered; one without data is in the denominator only.",
    ),
    Definition(
        field="intact_rate", zh="完好率（视频流，时长）", en="Intact rate (video, by time)",
        how_zh="有码流、能解码且视频质量诊断正常的累计时长 ÷ 有数据的时长。",
        how_en="Time with a stream that decodes and in which the diagnosis finds nothing wrong ÷ time with data.",
    ),
    Definition(
        field="instant_intact_rate", zh="完好率（即时）", en="Intact rate (instant)",
        how_zh="统计时段末画面完好路数 ÷ 登记路数。",
        how_en="Cameras with a good picture at the end of the period ÷ registered.",
    ),
    Definition(
        field="data_share", zh="数据覆盖率", en="Share of time with data",
        how_zh="有数据的时长 ÷ 统计时长；平台自身停机、摄像机未登记或未分配的时段为“无数据”，既不算在线也不算离线。",
        how_en="Time with data ÷ the period; while the hub itself was down, or nobody held the camera, there is none, "
        "and it counts neither as online nor as offline.",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which a camera's health stayed the same."""

    camera_id: str
    bureau: Bureau
    began_at: datetime
    seen_until: datetime
    online: bool
    defects: tuple[str, ...] = ()


@dataclass(slots=True)
class _Sum:
    cameras: int = 0
    without_data: int = 0
    online_s: float = 0.0
    offline_s: float = 0.0
    intact_s: float = 0.0
    no_data_s: float = 0.0
    online_now: int = 0
    intact_now: int = 0
    defects_s: dict[str, float] = field(default_factory=dict)

    def add(self, other: "_Sum") -> None:
        """Take in what another counted."""
        for name in (
            "cameras",
            "without_data",
            "online_s",
            "offline_s",
            "intact_s",
            "no_data_s",
            "online_now",
            "intact_now",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for defect, seconds in other.defects_s.items():
            self.defects_s[defect] = self.defects_s.get(defect, 0.0) + seconds

    def figures(self) -> dict[str, object]:
        """The members of `Rate`."""
        told_s = self.online_s + self.offline_s
        return {
            "cameras": self.cameras,
            "online_rate": _share(self.online_s, told_s),
            "intact_rate": _share(self.intact_s, told_s),
            "instant_online_rate": _share(self.online_now, self.cameras),
            "instant_intact_rate": _share(self.intact_now, self.cameras),
            "data_share": _share(told_s, told_s + self.no_data_s) or 0.0,
            "cameras_without_data": self.without_data,
            "online_s": round(self.online_s, 3),
            "offline_s": round(self.offline_s, 3),
            "intact_s": round(self.intact_s, 3),
            "no_data_s": round(self.no_data_s, 3),
            "defects_s": {name: round(seconds, 3) for name, seconds in sorted(self.defects_s.items())},
        }


def rates(cameras: Iterable[Camera], log: Iterable[Stretch], start: datetime, end: datetime) -> Rates:
    """All figures of the period [start, end). A camera that has left the registry is not counted."""
    known = tuple(cameras)
    by_camera: dict[str, list[Stretch]] = {}
    for stretch in log:
        by_camera.setdefault(stretch.camera_id, []).append(stretch)
    sums = {camera.camera_id: _of_camera(by_camera.get(camera.camera_id, ()), start, end) for camera in known}
    bureaus = {bureau: _Sum() for bureau in Bureau}
    total = _Sum()
    for camera in known:
        bureaus[camera.bureau].add(sums[camera.camera_id])
        total.add(sums[camera.camera_id])
    return Rates(
        start=start,
        end=end,
        definitions=DEFINITIONS,
        total=Rate.model_validate(total.figures()),
        bureaus=tuple(
            BureauRate.model_validate({"bureau": bureau, **found.figures()})
            for bureau, found in bureaus.items()
            if found.cameras
        ),
        cameras=tuple(
            CameraRate.model_validate({
                "camera_id": camera.camera_id, "name": camera.name, "bureau": camera.bureau,
                **sums[camera.camera_id].figures(),
            })
            for camera in known
        ),
        note_zh=_note_zh(total),
        note_en=_note_en(total),
    )  # fmt: skip


def _of_camera(stretches: Sequence[Stretch] | tuple[()], start: datetime, end: datetime) -> _Sum:
    """One camera's; where two stretches overlap, as at a handover, the later one counts."""
    found, told_until = _Sum(cameras=1), start
    last: Stretch | None = None
    for stretch in sorted(stretches, key=lambda one: (one.began_at, one.seen_until)):
        began, until = max(stretch.began_at, told_until), min(stretch.seen_until, end)
        if stretch.began_at < end and stretch.seen_until > start:
            last = stretch
        if until > began:
            _count(found, stretch, (until - began).total_seconds())
            told_until = until
    found.no_data_s = max(0.0, (end - start).total_seconds() - found.online_s - found.offline_s)
    found.without_data = int(found.online_s + found.offline_s == 0)
    if last is not None and last.online and last.seen_until >= end - FRESH:
        found.online_now, found.intact_now = 1, int(not last.defects)
    return found


def _count(found: _Sum, stretch: Stretch, seconds: float) -> None:
    if not stretch.online:
        found.offline_s += seconds
        return
    found.online_s += seconds
    found.intact_s += 0.0 if stretch.defects else seconds
    for defect in stretch.defects:
        found.defects_s[defect] = found.defects_s.get(defect, 0.0) + seconds


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 6) if whole > 0 else None


def _note_zh(total: _Sum) -> str:
    if total.no_data_s < 1:
        return "统计时段内数据完整。"
    whole = f"，其中 {total.without_data} 路全程无数据" if total.without_data else ""
    return (
        f"统计时段内共有 {total.no_data_s / 3600:.1f} 路·小时无数据{whole}"
        "（平台停机或摄像机未被接入），未计入在线也未计入离线。"
    )


def _note_en(total: _Sum) -> str:
    if total.no_data_s < 1:
        return "The data of the period is complete."
    whole = f", {total.without_data} cameras have none at all" if total.without_data else ""
    return (
        f"{total.no_data_s / 3600:.1f} camera-hours of the period have no data{whole} (the hub was down or the camera "
        "was not held); they count neither as online nor as offline."
    )


BUREAU_ZH: Mapping[Bureau, str] = {
    Bureau.URBAN_MANAGEMENT: "城管",
    Bureau.TRAFFIC: "交通",
    Bureau.HOUSING_CONSTRUCTION: "住建",
}
