import pytest

from contracts.detections import Box, Detection
from hub.bench import street
from hub.bench.detector import OURS, PEER, SIDES, verdict

PERSON = Detection("person", 1.0, Box(0.1, 0.1, 0.2, 0.4))


def said(ours_ms: float, ours_sees: bool) -> dict[str, bool]:
    truth = [[PERSON]] * 2
    seen = {name: [[PERSON]] * 2 for name in SIDES} | {OURS: [[PERSON]] * 2 if ours_sees else [[PERSON], []]}
    spent = {name: [100.0, 101.0, 250.0] for name in SIDES} | {OURS: [ours_ms] * 3}
    return dict(verdict(spent, truth, seen)["met"])


@pytest.mark.parametrize(
    ("milliseconds", "sees", "must", "want"),
    [
        pytest.param(40.0, True, True, False, id="fast enough by the median round"),
        pytest.param(30.0, True, True, True, id="as fast as wanted"),
        pytest.param(41.0, True, False, False, id="too slow"),
        pytest.param(10.0, False, False, False, id="fast by seeing less"),
    ],
)
def test_speed_counts_only_with_sight(milliseconds: float, sees: bool, must: bool, want: bool) -> None:
    met = said(milliseconds, sees)
    assert met == {f"≥ 2.5 × {PEER}": must, "≥ 3.3 × (wanted)": want}


def test_the_labels_are_persons_inside_the_picture() -> None:
    labels = street.labelled_persons()
    assert len(labels) == 24
    boxes = [hit.box for picture in labels.values() for hit in picture]
    assert len(boxes) == 145
    assert all(0 <= box.x0 < box.x1 <= 1 and 0 <= box.y0 < box.y1 <= 1 for box in boxes)
