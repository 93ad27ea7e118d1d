from pathlib import Path

import numpy as np
import pytest

from contracts.detections import Box, Detection
from contracts.errors import ConfigurationError
from hub.bench.rule_set.clips import Clip
from hub.bench.rule_set.judging import as_given, judge, scores
from hub.bench.rule_set.report import BEGIN, END, write_into
from hub.bench.rule_set.truth import Span

PICTURE = np.zeros((90, 160, 3), np.uint8)


def on_the_grass(seconds: float) -> tuple[Detection, ...]:
    """Somebody who stands on the grass from the fifth second on."""
    return (Detection("person", 0.9, Box(0.08, 0.7, 0.12, 0.9)),) if seconds >= 5 else ()


def clip(**happens: tuple[Span, ...]) -> Clip:
    return Clip("grass", "drawn", 20.0, lambda _: PICTURE, on_the_grass, happens)


def test_what_is_told_is_right_where_it_happens_and_a_mistake_where_not() -> None:
    so_far = scores()
    judge(clip(zone_intrusion=(Span(5, 20),), person_down=(Span(8, 20),)), as_given, so_far)
    found, false, missed = so_far["zone_intrusion"], so_far["water_edge_presence"], so_far["person_down"]
    assert found.row() == {"true": 1, "told": 1, "precision": 1.0, "recall": 1.0, "raise_s": 3.5}
    assert false.row()["precision"] == 0.0
    assert false.mistakes == ["grass: told at 8 s, where nothing happens"]
    assert missed.row() == {"true": 1, "told": 0, "precision": None, "recall": 0.0, "raise_s": None}
    assert missed.mistakes == ["grass: not told, from 8 to 20 s"]


def test_a_rule_that_is_not_judged_on_a_clip_changes_no_score() -> None:
    so_far = scores()
    unjudged = Clip(
        "grass", "drawn", 20.0, lambda _: PICTURE, on_the_grass, {}, unscored=frozenset({"zone_intrusion"}),
        may={"water_edge_presence": (Span(5, 20),)},
    )  # fmt: skip
    judge(unjudged, as_given, so_far)
    assert so_far["zone_intrusion"].told == so_far["water_edge_presence"].told == 0


def test_a_span_of_a_clip_that_runs_backwards() -> None:
    assert Span(6, 30).reversed(78) == Span(48, 72)


def test_the_tables_take_the_place_between_the_marks(tmp_path: Path) -> None:
    document = tmp_path / "rules.md"
    document.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    so_far = scores()
    judge(clip(zone_intrusion=(Span(5, 20),)), as_given, so_far)
    for _ in range(2):
        write_into(document, (clip(zone_intrusion=(Span(5, 20),)),), {"given": so_far})
    text = document.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert "| `zone_intrusion` | 1 | 1.00 · 1.00 · 3.5 |" in text
    assert "| grass | drawn | 20 | zone_intrusion × 1 |" in text
    assert text.count(BEGIN) == text.count(END) == 1


def test_a_document_without_a_place_for_them_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no place for the tables"):
        write_into(tmp_path / "none.md", (), {"given": scores()})
