import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.gb28181 import Edition, explained, parse, problem_of


def test_a_code_is_taken_apart() -> None:
    code = parse("99019901081320000012")
    assert code is not None
    assert (code.area, code.unit, code.industry, code.type, code.network, code.serial) == (
        "990199", "01", "08", "132", "0", "000012",
    )  # fmt: skip
    assert code.is_camera
    assert code.explain()["industry"] == "08 城市管理 · urban management"
    assert code.explain()["type"] == "132 网络摄像机 · network camera"


@pytest.mark.parametrize(
    ("industry", "edition", "meaning"),
    [
        pytest.param("44", "2016", "电力", id="44 was electric power"),
        pytest.param("44", "2022", "建筑业", id="44 is construction"),
        pytest.param("46", "2016", "建筑", id="46 was construction"),
        pytest.param("46", "2022", "预留或未知", id="46 is no more"),
        pytest.param("12", "2016", "预留或未知", id="12 was reserved"),
        pytest.param("12", "2022", "民航", id="12 is aviation"),
        pytest.param("08", "2022", "城市管理", id="08 is stable"),
    ],
)
def test_the_same_industry_means_different_things_in_2016_and_2022(
    industry: str, edition: Edition, meaning: str
) -> None:
    code = parse(f"99019901{industry}1320000001")
    assert code is not None
    assert code.explain(edition)["industry"].split(" ")[1] == meaning


@given(st.text(max_size=24).filter(lambda text: not (len(text) == 20 and text.isascii() and text.isdigit())))
def test_anything_but_twenty_digits_is_the_owner_s_own_text(text: str) -> None:
    assert parse(text) is None


@given(st.from_regex(r"[0-9]{20}", fullmatch=True), st.sampled_from(["2016", "2022"]))
def test_every_code_of_twenty_digits_can_be_explained(text: str, edition: Edition) -> None:
    code = parse(text)
    assert code is not None
    assert all(code.explain(edition).values())


@pytest.mark.parametrize(
    ("code", "says"),
    [
        pytest.param("99019900051310000003", None, id="131 is a camera"),
        pytest.param("99019901081320000012", None, id="132 is a camera"),
        pytest.param("99019900002000000001", "200", id="a platform is not"),
        pytest.param("99019900081180000001", "118", id="an NVR is not"),
        pytest.param("9901990108132000001", "has 19", id="a digit is missing"),
        pytest.param("990199010813200000123", "has 21", id="a digit too many"),
    ],
)
def test_what_cannot_be_a_camera_s_id_is_told(code: str, says: str | None) -> None:
    problem = problem_of(code)
    assert problem is None if says is None else says in (problem or "")


@pytest.mark.parametrize(
    ("code", "notes"),
    [
        pytest.param(
            "99019902441320000001", ["行业编码 44：2016 版为电力，2022 版为建筑业", "网络标识 0"], id="both differ"
        ),
        pytest.param("99019901081325000001", [], id="neither"),
    ],
)
def test_where_the_editions_differ_is_noted(code: str, notes: list[str]) -> None:
    parsed = parse(code)
    assert parsed is not None
    said = [zh for zh, _ in parsed.notes()]
    assert len(said) == len(notes)
    assert all(text.startswith(note) for text, note in zip(said, notes, strict=True))


def test_a_code_is_explained_for_json_by_both_editions() -> None:
    said = explained("99019902441320000001")
    assert said is not None
    assert said.keys() == {"2016", "2022", "notes"}
    assert explained("plaza-1") is None
