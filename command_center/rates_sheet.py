"""在线率 and 完好率 as a CSV that a spreadsheet opens as it is: UTF-8 with a mark, ids as text, definitions below."""

import csv
import io
from collections.abc import Iterator

from command_center.rates import BUREAU_ZH, Rate, Rates

HEAD = (
    "层级 level", "归属 bureau", "摄像机编码 camera_id", "名称 name", "登记路数 cameras", "在线率(时长) online_rate",
    "完好率(时长) intact_rate", "在线率(即时) instant_online_rate", "完好率(即时) instant_intact_rate",
    "在线时长(小时) online_h", "离线时长(小时) offline_h", "完好时长(小时) intact_h", "无数据时长(小时) no_data_h",
    "数据覆盖率 data_share", "无数据路数 cameras_without_data", "画面缺陷(小时) defects_h",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(found: Rates) -> bytes:
    """One line for all, one a bureau, one a camera, then the period and the definitions."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    writer.writerows(_lines(found))
    writer.writerow(())
    writer.writerow(("统计时段 period", found.start.isoformat(), found.end.isoformat()))
    writer.writerow(("说明 note", found.note_zh, found.note_en))
    for one in found.definitions:
        writer.writerow(("口径 definition", f"{one.zh} {one.field}", one.how_zh, one.how_en))
    return out.getvalue().encode("utf-8-sig")


def _lines(found: Rates) -> Iterator[tuple[object, ...]]:
    yield ("合计 total", "", "", "", *_figures(found.total))
    for bureau in found.bureaus:
        yield ("单位 bureau", BUREAU_ZH[bureau.bureau], "", "", *_figures(bureau))
    for camera in found.cameras:
        name = f"'{camera.name}" if camera.name.startswith(_FORMULA) else camera.name
        # The tab keeps a spreadsheet from making a number of 20 digits.
        yield ("摄像机 camera", BUREAU_ZH[camera.bureau], f"\t{camera.camera_id}", name, *_figures(camera))


def _figures(rate: Rate) -> tuple[object, ...]:
    return (
        rate.cameras, _percent(rate.online_rate), _percent(rate.intact_rate), _percent(rate.instant_online_rate),
        _percent(rate.instant_intact_rate), _hours(rate.online_s), _hours(rate.offline_s), _hours(rate.intact_s),
        _hours(rate.no_data_s), _percent(rate.data_share), rate.cameras_without_data,
        "; ".join(f"{name} {_hours(seconds)}" for name, seconds in rate.defects_s.items()),
    )  # fmt: skip


def _percent(share: float | None) -> str:
    return "无数据 no data" if share is None else f"{100 * share:.2f}%"


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.2f}"
