import pytest

from contracts.measures import MEASURES, words_of


@pytest.mark.parametrize(
    ("measures", "zh", "en"),
    [
        ({}, "", ""),
        ({"density_per_m2": 2.04}, "每平方米 2.0 人", "2.0 persons per m²"),
        ({"stayed_s": 59.6}, "已停留 1分", "there for 1 min"),
        ({"stayed_s": 75, "loitered_s": 75}, "徘徊 1分15秒", "loitering for 1 min 15 s"),
        ({"what": 3.0}, "", ""),
        (
            {"rate_per_min": 6.2, "threshold": 12, "eta_s": 130, "eta_low_s": 100, "eta_high_s": 185},
            "每分钟 +6 人，阈值 12 人，约 2分10秒 后达到，最早 1分40秒，最晚 3分5秒",
            "+6 persons a minute, threshold 12 persons, reached in about 2 min 10 s, at the earliest 1 min 40 s, "
            "at the latest 3 min 5 s",
        ),
    ],
    ids=["nothing", "density", "a stay", "loitering instead of the stay", "unknown", "an early warning"],
)
def test_measures_in_words(measures: dict[str, float], zh: str, en: str) -> None:
    assert words_of(measures) == (zh, en)


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_has_words_in_both_languages(name: str) -> None:
    zh, en = words_of({name: 3.0})
    assert "3" in zh
    assert "3" in en
