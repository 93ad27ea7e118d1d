from pathlib import Path

import pytest

from hub.logs import roll
from hub.supervision import last_words


@pytest.mark.parametrize(
    ("size", "rolled"),
    [
        pytest.param(10, False, id="as long as it may be"),
        pytest.param(11, True, id="too long"),
    ],
)
def test_a_log_that_is_too_long_is_set_aside(tmp_path: Path, size: int, rolled: bool) -> None:
    log = tmp_path / "vision.log"
    log.write_bytes(b"x" * size)
    assert roll(log, 10) is rolled
    assert (tmp_path / "vision.log.1").exists() is rolled
    assert log.stat().st_size == (0 if rolled else size)


def test_a_writer_goes_on_in_the_emptied_log_and_its_last_words_are_found(tmp_path: Path) -> None:
    log = tmp_path / "vision.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"a long story\n" * 100)
        read_from = log.stat().st_size
        assert roll(log, 10)
        writer.write(b"the end\n")
    assert log.read_bytes() == b"the end\n"
    assert last_words(log, read_from) == "the end"


def test_only_one_old_log_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "vision.log"
    for story in ("first", "second"):
        log.write_text(story * 10)
        roll(log, 10)
    assert (tmp_path / "vision.log.1").read_text() == "second" * 10
    assert len(list(tmp_path.iterdir())) == 2
