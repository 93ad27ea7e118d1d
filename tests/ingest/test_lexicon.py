import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.kinds import Kind
from ingest.lexicon import MAX_WORDS, amount, read, vocabulary

COUNTED = re.compile(r"(\d+-\d+人|100人以上|[12]车|3车以上|\d{1,3}(楼|栋|单元))")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("人民广场东侧有二十多人聚集争吵，有人动手", Kind.CROWD),
        ("有人打架，很多人围观", Kind.VIOLENCE),
        ("两车追尾，无人受伤", Kind.TRAFFIC_ACCIDENT),
        ("3号楼5层着火，有浓烟", Kind.FIRE),
        ("有人溺水", Kind.WATER),
        ("楼下广场舞噪音扰民", Kind.NOISE),
        ("违停车辆堵住出口", Kind.PARKING),
        ("路面积水很深", Kind.FLOODING),
        ("一老人晕倒在地", Kind.MEDICAL),
        ("电动车被偷了", Kind.NONE),
        ("没有发现明火", None),
        ("您好", None),
        ("河边有人", None),
    ],
)
def test_the_words_say_what_kind_of_thing_happens(text: str, kind: Kind | None) -> None:
    assert read(text).kind() is kind


def test_a_kind_that_is_not_allowed_gives_way_to_the_next_the_graver_on_a_tie() -> None:
    reading = read("二十多人聚集争吵，有人动手")
    assert reading.kind({Kind.DISPUTE, Kind.VIOLENCE}) is Kind.VIOLENCE
    assert reading.kind({Kind.FIRE}) is None


def test_attributes_counts_and_storeys_are_tokens() -> None:
    words = read("一辆红色轿车和白色面包车，两车相撞，5栋2单元，30多人围观，有人持刀").words
    assert set(words) >= {"红色", "轿车", "白色", "面包车", "相撞", "2车", "5栋", "2单元", "30-99人", "持刀"}


def test_different_spellings_are_one_token() -> None:
    assert read("发生追尾").words == read("车辆剐蹭").words == ("相撞",)


def test_what_is_denied_is_no_token() -> None:
    assert read("无人受伤").words == ()
    assert read("有人受伤").words == ("受伤",)


@pytest.mark.parametrize(
    ("text", "confidential"),
    [("邻居家暴", True), ("有人要自杀", True), ("未成年被打", True), ("两车相撞", False), ("小孩走失", False)],
)
def test_what_must_stay_confidential_is_recognised(text: str, confidential: bool) -> None:
    assert read(text).confidential is confidential


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("12", 12), ("两", 2), ("十", 10), ("十几", 13), ("二十", 20), ("三四十", 30), ("上百", 100), ("一百二十", 120)],
)
def test_numbers_are_read_at_their_lower_end(numeral: str, value: int) -> None:
    assert amount(numeral) == value


@given(st.text(alphabet="张三李四王五138００一二十百千几人辆车楼层号红色着火没有无路口鲁A动手聚集 ，", max_size=80))
def test_nothing_comes_out_but_the_closed_vocabulary(text: str) -> None:
    reading = read(text)
    assert len(reading.words) <= MAX_WORDS
    assert len(set(reading.words)) == len(reading.words)
    for word in reading.words:
        assert word in vocabulary() or COUNTED.fullmatch(word), word


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    read(text)
