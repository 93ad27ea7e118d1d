"""A fit's report as one page for a browser: no script, nothing fetched from anywhere."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from fusion.learning.reliability import Bin, diagram

STYLE = (
    "body{font:15px/1.5 system-ui,'Noto Sans CJK SC',sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;"
    "color:#222;background:#fff}table{border-collapse:collapse;margin:.5rem 0 1.5rem}th,td{padding:.2rem .8rem;"
    "border-bottom:1px solid #ddd;text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums}"
    "code{font-size:.85em}.side{display:flex;gap:2rem;flex-wrap:wrap}"
)


def page(report: Mapping[str, Any]) -> str:
    """The report that `fusion.learning.proposal.propose` makes, as HTML."""
    week, learned, held = report["last_week"], report["learned_from"], report["held_out"]
    parts = [
        f"<h1>参数版本 {escape(report['version'])} · parameter version</h1>",
        f"<p>对照 · compared with <b>{escape(report['compared_with'])}</b></p>",
        "<h2>所学 · learned from</h2>",
        _table(("", ""), learned.items()),
        "<h2>未参与拟合的应答 · answers it never saw</h2>",
        _table(("", ""), held.items()),
        _verdict(held),
        '<h2>说得准不准 · reliability</h2><div class="side">',
        *(_reliability(name, one) for name, one in report["reliability"].items()),
        "</div>",
        "<h2>上周会怎样 · what it would have looked like</h2>",
        _table(("", "现行 · in force", "新版 · proposed"), [
            ("事件 · incidents", week["incidents_now"], week["incidents_then"]),
            ("待确认 · provisional", week["provisional_now"], week["provisional_then"]),
        ]),
        _joins("多并入的 · joins gained", week["gained"], week["gained_count"], week["gained_by_source"]),
        _joins("不再并入的 · joins lost", week["lost"], week["lost_count"], week["lost_by_source"]),
    ]  # fmt: skip
    title = escape(report["version"])
    return (
        f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _verdict(held: Mapping[str, Any]) -> str:
    if not held["answers"]:
        return "<p>没有应答可供核对，校准未改 · no answers to check by: the calibration is caution only</p>"
    if held["log_loss_proposed"] < held["log_loss_in_force"]:
        return "<p>新版更准 · the proposed version is less surprised</p>"
    return "<p><b>新版并不更准，不建议启用 · the proposed version is no better: do not apply it</b></p>"


def _reliability(name: str, one: Mapping[str, Any]) -> str:
    rows = [Bin(row["said"], row["was"], row["weight"]) for row in one["rows"]]
    title = f"{name}: ECE {one['ece']:.3f}"
    return (
        f"<div>{diagram(rows, title)}"
        + _table(("said", "was", "answers"), [(row.said, row.was, row.weight) for row in rows])
        + "</div>"
    )


def _joins(title: str, listed: Sequence[Mapping[str, Any]], count: int, by_source: Mapping[str, int]) -> str:
    pairs = "、".join(f"{escape(pair)} {number}" for pair, number in by_source.items())
    rest = f"<p>…{count - len(listed)} more</p>" if count > len(listed) else ""
    rows = [(_code(one["signal_id"]), _code(one["with_signal"]), one["p"]) for one in listed]
    return f"<h3>{title}: {count}</h3><p>{pairs}</p>{_table(('signal', 'with', 'p'), rows)}{rest}"


class _Code(str):
    """A signal id: `hub explain ID` opens it."""


def _code(signal_id: str) -> _Code:
    return _Code(f"<code>{escape(signal_id)}</code>")


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = "".join("<tr>" + "".join(_cell(one) for one in row) + "</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{escape(one)}</th>' for one in head)}</tr>{lines}</table>"


def _cell(value: object) -> str:
    if isinstance(value, _Code):
        return f"<td>{value}</td>"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f'<td class="n">{value:g}</td>'
    return f"<td>{escape(str(value))}</td>"
