import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.masking import mask

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
HOME = "陕"  # any province's short name


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        pytest.param("请打13800000000", "请打[电话]", id="mobile"),
        pytest.param("电话１３８ ００００ ００００谢谢", "电话[电话]谢谢", id="full width and spaced"),
        pytest.param("138-0000-0000", "[电话]", id="dashed"),
        pytest.param("+86 138 0000 0000", "[电话]", id="with the country"),
        pytest.param("一三八零零零零零零零零", "[电话]", id="read out"),
        pytest.param("幺三八零零零零零零零零", "[电话]", id="read out by radio"),
        pytest.param("座机0539-8888666", "座机[电话]", id="landline"),
        pytest.param("电话8888666", "电话[电话]", id="local number behind its word"),
        pytest.param("身份证110101 19900307 771X", "身份证[证件号]", id="identity number"),
        pytest.param("110101900307771", "[证件号]", id="old identity number"),
        pytest.param("鲁A12345撞了", "[车牌]撞了", id="plate"),
        pytest.param("鲁 A·D12345", "[车牌]", id="new-energy plate"),
        pytest.param("卡号6222021234567890123", "卡号[号码]", id="bank card"),
        pytest.param("我叫张三丰，在人民路", "我叫[姓名]，在人民路", id="stated name"),
        pytest.param("报警人王强在广场", "报警人[姓名]在广场", id="two-character name"),
    ],
)
def test_what_names_a_person_is_replaced(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "人民广场东侧有二十多人聚集争吵，有人动手",
        "2026-11-24 08:31:05 来电",
        "人民路12号3单元501室",
        "灯杆 GC-0147 旁，两辆车相撞",
        "有三四百人，已封路 1200 米",
    ],
)
def test_what_names_no_person_stays(text: str) -> None:
    assert mask(text) == text


mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
identities = st.from_regex(r"[1-9][0-9]{5}(19|20)[0-9]{9}[0-9X]", fullmatch=True)
gaps = st.sampled_from(["", " ", "-", "  ", "　", "－", "."])


@st.composite
def written(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> tuple[str, str]:
    """(the digits, the number as somebody writes it)."""
    number = draw(numbers)
    cuts = sorted(draw(st.sets(st.integers(1, len(number) - 1), max_size=3)))
    parts = [number[a:b] for a, b in zip([0, *cuts], [*cuts, len(number)], strict=True)]
    text = draw(gaps).join(parts)
    script = draw(st.sampled_from([None, FULL_WIDTH, CHINESE]))
    return number, text if script is None else text.translate(script)


chinese_text = st.text(alphabet="广场上有人打架请快来，。东侧路口红色轿车", max_size=12)


@given(chinese_text, written(mobiles | identities), chinese_text)
def test_no_phone_or_identity_number_survives_however_it_is_written(
    before: str, number: tuple[str, str], after: str
) -> None:
    masked = mask(before + number[1] + after)
    assert number[1] not in masked
    assert masked.startswith(before.rstrip("，。"))
    assert masked.endswith(after)
    assert not any(sign.isdecimal() for sign in masked)


@given(st.text(alphabet="0123456789０１２一二三XxA鲁京 -·姓名张王李四我叫[]电话", max_size=60))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(st.text(max_size=200))
def test_any_text_can_be_masked(text: str) -> None:
    assert isinstance(mask(text), str)
