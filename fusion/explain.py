"""Why a signal joined, in one sentence: metres, minutes, kind and words, in Chinese and in English."""

from contracts.kinds import KIND_ZH, Kind
from fusion.book import Happening
from fusion.heard import Heard
from fusion.model import REAL_KINDS
from fusion.state import State
from fusion.weighing import Score, usual_lag

WORDS_SHOWN = 3


def sentences(state: State, heard: Heard, incident: Happening, score: Score) -> tuple[str, str]:
    """(Chinese, English): «相距 38 米(±120) · 晚报 6 分钟(该来源中位 5) · 同类 · 共同词: 红色轿车»."""
    zh = [f"相距 {score.distance:.0f} 米(±{score.sigma:.0f})"]
    en = [f"{score.distance:.0f} m apart (±{score.sigma:.0f})"]
    if score.outlier:
        zh[0] += " 位置存疑"
        en[0] += ", position doubtful"
    if score.barrier:
        zh.append(f"隔着{score.barrier}")
        en.append(f"across {score.barrier}")
    late_zh, late_en = _lag(score.lag, usual_lag(state, heard.source, REAL_KINDS[score.belief.best()]))
    zh.append(late_zh)
    en.append(late_en)
    kind_zh, kind_en = _kinds(heard, incident)
    zh.append(kind_zh)
    en.append(kind_en)
    if score.words.shared:
        words = "、".join(word for word, _ in score.words.shared[:WORDS_SHOWN])
        zh.append(f"共同词: {words}")
        en.append(f"words in common: {words}")
    return " · ".join(zh), " · ".join(en)


def regrouped(state: State, heard: Heard, incident: Happening, score: Score) -> tuple[str, str]:
    """The same for a signal that the machine moved when it knew more."""
    zh, en = sentences(state, heard, incident, score)
    return f"新信号到达后改判 · {zh}", f"moved when more was known · {en}"


def merged(p: float) -> tuple[str, str]:
    """The same for the signals of an incident that the machine merged into another."""
    return f"两个事件合看更像一件事(概率 {p:.2f})", f"two incidents that together look like one (p {p:.2f})"


def _lag(lag_s: float, median_s: float) -> tuple[str, str]:
    size, unit_zh, unit_en = _span(abs(lag_s))
    usual_zh, usual_en = _usual(median_s)
    if lag_s < 0:
        return f"早 {size} {unit_zh}", f"{size} {unit_en} earlier"
    return f"晚报 {size} {unit_zh}(该来源中位 {usual_zh})", f"{size} {unit_en} later (this source's median {usual_en})"


def _span(lag_s: float) -> tuple[int, str, str]:
    if lag_s < 90:
        return round(lag_s), "秒", "s"
    if lag_s < 5400:
        return round(lag_s / 60), "分钟", "min"
    return round(lag_s / 3600), "小时", "h"


def _usual(median_s: float) -> tuple[str, str]:
    size, unit_zh, unit_en = _span(median_s)
    return f"{size} {unit_zh}", f"{size} {unit_en}"


def _kinds(heard: Heard, incident: Happening) -> tuple[str, str]:
    others = list(dict.fromkeys(kind.rstrip("?") for kind in incident.tally.kinds))
    if heard.kind in others:
        return "同类", "same kind"
    zh = "、".join(KIND_ZH[Kind(kind)] for kind in others)
    return f"{KIND_ZH[Kind(heard.kind)]}与{zh}可为同一事", f"{heard.kind} fits {', '.join(others)}"
