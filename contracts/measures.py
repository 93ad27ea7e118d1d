"""What a rule measured beside the count: names on the wire, and each in Chinese and English words."""

from collections.abc import Mapping

Measures = Mapping[str, float]

MEASURES: dict[str, tuple[str, str]] = {
    "density_per_m2": ("每平方米 {n:.1f} 人", "{n:.1f} persons per m²"),
    "rate_per_min": ("每分钟 {n:+.0f} 人", "{n:+.0f} persons a minute"),
    "threshold": ("阈值 {n:.0f} 人", "threshold {n:.0f} persons"),
    "eta_s": ("约 {n} 后达到", "reached in about {n}"),
    "eta_low_s": ("最早 {n}", "at the earliest {n}"),
    "eta_high_s": ("最晚 {n}", "at the latest {n}"),
    "stayed_s": ("已停留 {n}", "there for {n}"),
    "loitered_s": ("徘徊 {n}", "loitering for {n}"),
    "down_s": ("已倒地 {n}", "on the ground for {n}"),
    "stood_s": ("已停放 {n}", "standing for {n}"),
    "speed_m_s": ("中位速度 {n:.1f} 米/秒", "median speed {n:.1f} m/s"),
    "to_left": ("向左 {n:.0f} 次", "{n:.0f} to the left"),
    "to_right": ("向右 {n:.0f} 次", "{n:.0f} to the right"),
}
"""name → 中文, English; names that end in `_s` are seconds and are said as a span of time.

An early warning carries `rate_per_min`, `threshold`, and the time to it: `eta_s` with its 90 % interval from
`eta_low_s` to `eta_high_s`; a bound that lies beyond an hour is absent.
"""

INSTEAD = {"loitered_s": "stayed_s"}
"""a stronger word takes the place of a weaker one"""


def words_of(measures: Measures) -> tuple[str, str]:
    """All measures in one line each of Chinese and English; names that are not known here are left out."""
    weaker = {INSTEAD[name] for name in measures if name in INSTEAD}
    shown = [name for name in MEASURES if name in measures and name not in weaker]
    zh = [MEASURES[name][0].format(n=_value(name, measures[name], ("秒", "分", "分"))) for name in shown]
    en = [MEASURES[name][1].format(n=_value(name, measures[name], (" s", " min ", " min"))) for name in shown]
    return "，".join(zh), ", ".join(en)


def _value(name: str, value: float, units: tuple[str, str, str]) -> float | str:
    if not name.endswith("_s") or name == "speed_m_s":
        return value
    minutes, seconds = divmod(round(value), 60)
    if not minutes:
        return f"{seconds}{units[0]}"
    return f"{minutes}{units[1]}{seconds}{units[0]}" if seconds else f"{minutes}{units[2]}"
