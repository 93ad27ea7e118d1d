"""How the engine runs: its speed, restarts and batchings that change nothing, and one city as four districts."""

import gc
import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from fusion.engine import JournalRecord, Outputs, next_due, step
from fusion.journal import Incoming, Stored, params_record, read_signal, replay, tick_record
from fusion.memory import walk_seldom
from fusion.policy import Params
from fusion.recording import decision_line
from fusion.state import State, load_state, new_state
from hub.bench.fusion_set import cities, trials
from hub.bench.fusion_set.partition import likeness
from hub.bench.fusion_set.playing import play, quantile
from hub.bench.fusion_set.points import Day
from hub.simulate.city.files import signal_line

Figures = dict[str, Any]
BATCHES = (1, 50, 1000)
RESTARTS = 10
ROUNDS = 3
QUICK_PART, REPLAYED_PART = 1_000, 3_000
"""signals"""


def alone(seed: int, params_json: str, quick: bool) -> Figures:
    """`speed`, `replay` and `shards`; nothing else should run meanwhile."""
    params = Params.model_validate_json(params_json)
    day = cities.city("base", seed, small=quick).days[trials.TEST_DAY]
    part = Day(day.name, day.signals[: QUICK_PART if quick else REPLAYED_PART], {}, ())
    found = {"speed": speed(day, params, 1 if quick else ROUNDS), "replay": replayed(part, params)}
    return found if quick else found | {"shards": shards(seed, params)}


def speed(day: Day, params: Params, rounds: int) -> Figures:
    """Signals per second of one process and the slowest hundredth, with re-association and without, in turn; of the
    median round."""
    found: Figures = {}
    # What was read for the bench is no memory of the engine's: out of the collector's walks, as a worker's own is.
    gc.collect()
    gc.freeze()
    before = gc.get_threshold()
    walk_seldom()
    sides = {"with": params, "without": without_reassociation(params)}
    for _ in range(rounds):
        for name, those in sides.items():
            found.setdefault(name, []).append(_pace(play(day, those).step_s))
    gc.unfreeze()
    gc.set_threshold(*before)
    return {name: _median_round(of_rounds) for name, of_rounds in found.items()}


def _pace(spent_s: Sequence[float]) -> Figures:
    return {
        "signals_per_s": round(len(spent_s) / sum(spent_s)),
        "p50_ms": round(quantile(spent_s, 0.5) * 1e3, 2),
        "p99_ms": round(quantile(spent_s, 0.99) * 1e3, 2),
    }


def _median_round(of_rounds: Sequence[Figures]) -> Figures:
    ranked = sorted(of_rounds, key=lambda one: int(one["signals_per_s"]))
    return ranked[len(ranked) // 2] | {"rounds": [one["signals_per_s"] for one in of_rounds]}


def without_reassociation(params: Params) -> Params:
    """The same numbers, but no signal ever changes its place."""
    return params.model_copy(update={"regrouping": params.regrouping.model_copy(update={"most": 0})})


def replayed(day: Day, params: Params) -> Figures:
    """Digests of every decision: in batches of three sizes, and with a restart in each tenth of the day."""
    rows = [_Row(signal.district, at.astimezone(UTC), signal_line(signal, at)) for signal, at in day.signals]
    began_s = time.perf_counter()
    digests = {f"batches of {size}": _digest(_run(rows, params, size, set())) for size in BATCHES}
    tenths = {len(rows) * tenth // RESTARTS + len(rows) // (2 * RESTARTS) for tenth in range(RESTARTS)}
    digests["a restart in each tenth"] = _digest(_run(rows, params, 50, tenths))
    return {
        "digests": digests,
        "same": len(set(digests.values())) == 1,
        "signals": len(rows),
        "seconds": round(time.perf_counter() - began_s, 1),
    }


def shards(seed: int, params: Params) -> Figures:
    """The same day in one district and in four, with the watch on the borders between them."""
    found: Figures = {}
    for name in ("base", "shards-4"):
        day = cities.city(name, seed).days[trials.TEST_DAY]
        found[name] = round(likeness(play(day, params).found, day.truth, day.source_of).bcubed_f1, 4)
    return {"one": found["base"], "four": found["shards-4"], "lost": round(found["base"] - found["shards-4"], 4)}


class _Row:
    """A record as it lies in the log."""

    __slots__ = ("arrived_at", "district", "raw")

    def __init__(self, district: str, arrived_at: datetime, raw: bytes) -> None:
        self.district, self.arrived_at, self.raw = district, arrived_at, raw


def _run(rows: Sequence[_Row], params: Params, batch: int, restarts: set[int]) -> Iterator[Outputs]:
    """As a worker runs: a batch is read, stepped, journalled; a restart forgets the state, reads the last snapshot and
    replays the journal since then. A snapshot is taken every 500 positions."""
    states: dict[str, State] = {}
    journal: dict[str, list[Stored]] = {}
    snapshots: dict[str, bytes] = {}

    def take(one: Incoming, at: datetime) -> Outputs:
        state = states[one.district]
        position = state.book.position + 1
        states[one.district], outputs = step(state, JournalRecord(position, at, one.body))
        journal[one.district].append(Stored(position, one.record_type, at, one.raw))
        if position % 500 == 0:
            snapshots[one.district], journal[one.district] = states[one.district].dump(), []
        return outputs

    for start in range(0, len(rows), batch):
        for number in range(start, min(start + batch, len(rows))):
            if number in restarts:
                states = {name: _read_again(name, params, snapshots, journal) for name in states}
            row = rows[number]
            if row.district not in states:
                states[row.district], journal[row.district] = new_state(row.district, params), []
                take(params_record(row.district, params, 1), row.arrived_at)
            while (due := next_due(states[row.district])) is not None and due <= row.arrived_at:
                yield take(tick_record(row.district, due), due)
            yield take(read_signal(row.raw), row.arrived_at)


def _read_again(name: str, params: Params, snapshots: dict[str, bytes], journal: dict[str, list[Stored]]) -> State:
    state = load_state(snapshots[name]) if name in snapshots else new_state(name, params)
    for stored in journal[name]:
        state, _ = replay(state, stored)
    return state


def _digest(outputs: Iterator[Outputs]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for one in outputs:
        for decision in one.decisions:
            digest.update(json.dumps(decision_line(decision), sort_keys=True).encode())
    return digest.hexdigest()
