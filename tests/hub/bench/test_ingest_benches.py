"""The judgements of the benches ingest, gate, overload and soak; the benches themselves take minutes."""

from dataclasses import replace

import pytest

from hub.bench import gate, ingest, overload, soak
from hub.camera_sim.faults import Fault


def rounds(cpu_s: float, pictures: int = 90) -> list[ingest.Round]:
    return [ingest.Round(cpu_s, pictures)] * 3


@pytest.mark.parametrize(
    ("ours", "opencv", "met"),
    [
        pytest.param(12.0, 97.0, [True, False, True, False], id="just enough"),
        pytest.param(12.1, 243.0, [False, False, True, True], id="too much for ffmpeg"),
        pytest.param(10.0, 79.0, [True, True, False, False], id="too near to OpenCV"),
    ],
)
def test_ingest_is_judged_against_both_peers(ours: float, opencv: float, met: list[bool]) -> None:
    found = ingest.verdict({"ours": rounds(ours), "ffmpeg": rounds(10.0), "opencv": rounds(opencv)}, 6, 30.0)
    assert list(found["met"].values()) == met


def test_a_side_that_loses_keyframes_proves_nothing() -> None:
    found = ingest.verdict({"ours": rounds(0.1, 60), "ffmpeg": rounds(1.0), "opencv": rounds(9.0)}, 6, 30.0)
    assert not any(found["met"].values())


def tally(cpu_us: float, *, opened: int = 100, on_still: int = 0) -> gate.Tally:
    return gate.Tally([cpu_us], 100, opened, 100, on_still, 100, 100)


@pytest.mark.parametrize(
    ("ours", "met"),
    [
        pytest.param(tally(100.0), True, id="3 x"),
        pytest.param(tally(101.0), False, id="less than 3 x"),
        pytest.param(tally(10.0, opened=98), False, id="misses more"),
        pytest.param(tally(10.0, on_still=30), False, id="opens for nothing"),
    ],
)
def test_the_gate_is_judged_at_equal_recall(ours: gate.Tally, met: bool) -> None:
    peers = {name: tally(300.0) for name in gate.SIDES if name != "ours"}
    assert next(iter(gate.verdict({"ours": ours} | peers)["met"].values())) is met


def looks(every_s: float, age_s: float, cameras: int = 4) -> list[overload.Look]:
    return [
        {"camera": camera, "at": number * every_s, "age_s": age_s}
        for camera in range(cameras)
        for number in range(int(60 / every_s) + 1)
    ]


def test_ages_pace_and_waiting_are_counted() -> None:
    found = overload.judged(looks(2.0, 1.5), 4, 60.0)
    assert (found["age_p95_s"], found["pace_of_important"], found["longest_wait_s"]) == (1.5, 1.0, 2.0)
    assert overload.judged(looks(4.0, 1.5), 4, 60.0)["pace_of_important"] == 0.5


@pytest.mark.parametrize(
    ("age_s", "peer_s", "met"),
    [
        (2.3, 23.0, [True, True, True, True]),
        (2.5, 24.9, [True, False, False, True]),
        (2.6, 50.0, [False, False, True, True]),
    ],
    ids=["wanted", "must, not fresher enough", "too old"],
)
def test_overload_is_judged_by_age_and_pace(age_s: float, peer_s: float, met: list[bool]) -> None:
    sides = {side: [overload.judged(looks(2.0, age), 4, 60.0)] for side, age in (("ours", age_s), ("opencv", peer_s))}
    assert list(overload.verdict(sides)["met"].values()) == met


OUTAGE = soak.Outage("3", Fault.FREEZE, 100.0, 150.0)


@pytest.mark.parametrize(
    ("outage", "returns", "recovered_s"),
    [
        pytest.param(OUTAGE, [162.5, 300.0], 12.5, id="back after it"),
        pytest.param(OUTAGE, [120.0], 0.0, id="back while it lasted"),
        pytest.param(OUTAGE, [], None, id="never"),
        pytest.param(replace(OUTAGE, fault=Fault.DROP), [], 0.0, id="too short to be noticed"),
    ],
)
def test_the_recovery_is_counted_from_the_end_of_the_fault(
    outage: soak.Outage, returns: list[float], recovered_s: float | None
) -> None:
    lines = [{"said": "back", "camera": "3", "at": at} for at in returns]
    assert soak.recovery_s(outage, [*lines, {"said": "back", "camera": "4", "at": 151.0}]) == recovered_s


@pytest.mark.parametrize(
    ("fault", "recovered_s"),
    [pytest.param(Fault.DROP, 0.0, id="too short"), pytest.param(Fault.FREEZE, None, id="not")],
)
def test_a_return_after_the_cameras_next_fault_is_not_of_this_one(fault: Fault, recovered_s: float | None) -> None:
    first, second = replace(OUTAGE, fault=fault), soak.Outage("3", Fault.SLOW, 790.0, 800.0)
    lines: list[soak.Line] = [{"said": "back", "camera": "3", "at": 805.0}]
    next_s = soak.next_began_s(first, [second, first, replace(second, camera="4", began_s=160.0)])
    assert (next_s, soak.next_began_s(second, [second, first])) == (790.0, float("inf"))
    assert soak.recovery_s(first, lines, next_s) == recovered_s
    assert soak.recovery_s(second, lines) == 5.0


def soaked(*, back_s: float = 160.0, told: bool = True, mib: float = 100.0, threads: int = 10) -> dict[str, bool]:
    lines: list[soak.Line] = [{"said": "back", "camera": "3", "at": back_s}]
    if told:
        lines += [{"said": "told", "camera": "3", "at": at, "ended": at > 150} for at in (130.0, 165.0)]
    lines += [{"said": "held", "at": 0.0, "mib": 100.0, "threads": 10, "files": 9}] * 3
    lines += [{"said": "held", "at": 9.0, "mib": mib, "threads": threads, "files": 9}]
    return dict(soak.verdict([OUTAGE], lines, 1, alive=True)["met"])


@pytest.mark.parametrize(
    ("changed", "met"),
    [
        pytest.param({}, [True, True, True], id="all well"),
        pytest.param({"back_s": 170.0}, [True, False, True], id="back in 20 s"),
        pytest.param({"back_s": 181.0}, [False, False, True], id="back in 31 s"),
        pytest.param({"told": False}, [False, False, False], id="an outage nobody was told of"),
        pytest.param({"mib": 106.0}, [True, True, False], id="memory grows"),
        pytest.param({"threads": 15}, [False, False, False], id="threads are left behind"),
    ],
)
def test_a_soak_is_judged_by_recovery_memory_and_what_was_told(changed: dict[str, float], met: list[bool]) -> None:
    assert list(soaked(**changed).values()) == met
