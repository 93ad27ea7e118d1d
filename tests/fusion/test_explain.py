import pytest

from contracts.signals import Signal
from tests.fusion.scene import Town, at, call, grid, seen


@pytest.mark.parametrize(
    ("first", "then", "zh", "en"),
    [
        pytest.param(
            seen(), call(), "晚报 53 秒(该来源中位 5 分钟) · 打架斗殴与人员聚集可为同一事",
            "53 s later (this source's median 5 min) · violence fits crowd", id="seconds later, another kind",
        ),
        pytest.param(
            seen(), grid(t=1500, kind="crowd"), "晚报 25 分钟(该来源中位 25 分钟) · 同类",
            "25 min later (this source's median 25 min) · same kind", id="minutes later, the same kind",
        ),
        pytest.param(
            seen(), grid(t=5700, kind="crowd"), "晚报 2 小时(该来源中位 25 分钟) · 同类",
            "2 h later (this source's median 25 min) · same kind", id="hours later",
        ),
        pytest.param(
            call(t=120, event_type="call_crowd"), seen(received_at=at(130)), "早 2 分钟 · 同类",
            "2 min earlier · same kind", id="earlier",
        ),
        pytest.param(
            call(words=("争吵", "东门"), event_type="call_crowd"), grid(words=("东门", "争吵"), kind="crowd"),
            "共同词: 东门、争吵", "words in common: 东门、争吵", id="words in common",
        ),
    ],
)  # fmt: skip
def test_a_sentence_says_metres_minutes_kind_and_words(first: Signal, then: Signal, zh: str, en: str) -> None:
    town = Town()
    town.hear(first, then)
    member = town.of(then).signals[1]
    assert member.sentence_zh.endswith(zh)
    assert member.sentence_en.endswith(en)
