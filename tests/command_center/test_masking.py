import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.masking import mask_caller, mask_name, mask_phone
from contracts.intake import CallerDetails


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张**"), ("欧阳修文", "欧**"), ("匿名", "匿名"), ("", ""), (" 李 ", "李**")],
)
def test_a_name_keeps_its_first_character(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13800000000", "138****0000"),
        ("138 0000 0000", "138****0000"),
        ("0539-8123456", "053****3456"),
        ("123456789", "123****6789"),
        ("81234567", "****67"),
        ("110", "****"),
        ("", ""),
    ],
)
def test_a_phone_keeps_head_and_tail(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


def test_name_and_phone_stand_in_one_line() -> None:
    assert mask_caller(CallerDetails(name="张三", phone="13800000000")) == "张** 138****0000"
    assert mask_caller(CallerDetails()) == ""


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_no_mobile_number_comes_through(phone: str) -> None:
    assert phone not in mask_phone(phone)
    assert sum(one.isdigit() for one in mask_phone(phone)) == 7


@given(st.from_regex(r"[0-9]{3,8}", fullmatch=True))
def test_of_a_short_number_at_most_two_digits_show(phone: str) -> None:
    assert sum(one.isdigit() for one in mask_phone(phone)) <= 2
