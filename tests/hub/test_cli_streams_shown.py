"""What `hub streams` prints fits a terminal of 80 columns."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from hub.cli.streams_shown import folded, measures
from hub.streams.judging import StreamSeen, Verdict


@given(st.text(st.sampled_from("时钟慢秒，。：a b1 ") | st.characters(categories=["Lo", "Po"]), max_size=200))
def test_folded_text_fits_and_loses_nothing_but_spaces(text: str) -> None:
    lines = folded(text, 30)
    assert all(cell_len(line) <= 30 for line in lines if " " in line or not line.isascii())
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_chinese_breaks_anywhere_and_other_words_between_them() -> None:
    assert folded("端口拒绝连接（127.0.0.1:554）", 20) == ["端口拒绝连接（", "127.0.0.1:554）"]


def test_the_longest_line_of_figures_fits() -> None:
    seen = StreamSeen("main", Verdict.OK, (), None, 10.25, "h264", 3840, 2160, 59.9, 10.25, 16_384, -28_800.1)
    assert cell_len(measures(seen)) <= 76
    assert measures(StreamSeen("sub", Verdict.NO_PICTURE, (), codec="h264")) == "sub  h264  clock ?"
