"""What was learned of a camera as bytes, so that a restart or another worker goes on from it."""

import io
import json
import zipfile
from datetime import datetime

import numpy as np

from detectors.quality.baseline import HOURS, Baseline, Usual
from detectors.quality.diagnosis import State
from detectors.quality.measures import Floats

FORMAT = 1
_ARRAYS = ("edges", "detail", "light")
_FINE = {"edges": 127.0, "detail": 255.0, "light": 1.0}
"""what an array is multiplied by to be kept in a byte"""


def dumped(state: State) -> bytes:
    """The baselines of a state; about 0.2 MB once a whole day was seen. Suspicions are not kept."""
    usuals = [(size, slot, usual) for size, baseline in state.sizes.items() for slot, usual in _slots(baseline)]
    rows = [[*size, slot, _row(usual)] for size, slot, usual in usuals]
    arrays = {
        name: np.array([np.rint(getattr(usual, name) * _FINE[name]) for _, _, usual in usuals]).astype(
            np.int8 if name == "edges" else np.uint8
        )
        for name in _ARRAYS
    }
    out = io.BytesIO()
    head = np.frombuffer(json.dumps({"format": FORMAT, "rows": rows}).encode(), np.uint8)
    np.savez_compressed(out, allow_pickle=False, head=head, **arrays)
    return out.getvalue()


def loaded(data: bytes) -> State:
    """The state that goes on from kept bytes; an empty one when they are of another format or damaged."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as kept:
            head = json.loads(kept["head"].tobytes())
            if head["format"] != FORMAT:
                return State()
            arrays = {name: kept[name].astype(np.float32) / np.float32(_FINE[name]) for name in _ARRAYS}
        sizes: dict[tuple[int, int], list[Usual | None]] = {}
        for number, (width, height, slot, row) in enumerate(head["rows"]):
            slots = sizes.setdefault((width, height), [None] * (HOURS + 1))
            slots[slot] = _usual(row, {name: arrays[name][number] for name in _ARRAYS})
    except (EOFError, ValueError, KeyError, TypeError, IndexError, zipfile.BadZipFile):
        return State()
    return State({size: Baseline(slots[HOURS], tuple(slots[:HOURS])) for size, slots in sizes.items()})


def _slots(baseline: Baseline) -> list[tuple[int, Usual]]:
    """Hours 0-23, and «lately» behind them."""
    return [(slot, usual) for slot, usual in enumerate((*baseline.hours, baseline.lately)) if usual is not None]


def _row(usual: Usual) -> list[object]:
    return [
        usual.looked_s, usual.first.isoformat(), usual.last.isoformat(), usual.mean, usual.contrast, usual.clipped,
        usual.cast, usual.sharpness, usual.still_s,
    ]  # fmt: skip


def _usual(row: list[object], arrays: dict[str, Floats]) -> Usual:
    looked_s, first, last, mean, contrast, clipped, cast, sharpness, still_s = row
    return Usual(
        looked_s=_number(looked_s),
        first=datetime.fromisoformat(str(first)),
        last=datetime.fromisoformat(str(last)),
        mean=_number(mean),
        contrast=_number(contrast),
        clipped=_number(clipped),
        cast=None if not isinstance(cast, list) else (_number(cast[0]), _number(cast[1])),
        sharpness=None if sharpness is None else _number(sharpness),
        still_s=_number(still_s),
        **arrays,
    )


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise ValueError(f"no number: {value!r}")
    return float(value)
