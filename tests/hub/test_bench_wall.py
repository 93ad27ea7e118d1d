"""How the wall's benchmark counts, without a browser."""

import pytest

from hub.bench.browser import Painted
from hub.bench.process_table import cpu_ticks
from hub.bench.wall import Accepted, _verdict, delays_ms, p, stages_ms


def seen(at_ms: float, incident: str, revision: int = 1) -> Painted:
    return Painted(at_ms, incident, revision, "open", "")


@pytest.mark.parametrize(
    ("painted", "delays"),
    [
        pytest.param([seen(1_120, "i1")], [120.0], id="once"),
        pytest.param([seen(1_500, "i1", 2), seen(1_120, "i1")], [120.0], id="the first frame counts"),
        pytest.param([seen(990, "i1")], [-10.0], id="painted before the answer was read"),
        pytest.param([seen(1_120, "i2")], [], id="never on the screen"),
    ],
)
def test_a_delay_runs_from_the_answer_to_the_first_frame(painted: list[Painted], delays: list[float]) -> None:
    assert delays_ms([Accepted(1_000, "s1"), Accepted(1_001, "joined another")], {"s1": "i1"}, painted) == delays


def test_the_stages_of_a_row_add_up_to_its_delay() -> None:
    accepted, new = [Accepted(1_000, "s1"), Accepted(1_001, "joined another")], {"s1": "i1"}
    stages = stages_ms(accepted, new, {"i1": 1_080.0, "of a camera": 990.0}, [seen(1_120, "i1")])
    assert stages == {"accepted → heard": [80.0], "heard → painted": [40.0]}


def test_idle_ticks_are_a_part_of_all() -> None:
    every, idle = cpu_ticks()
    assert 0 <= idle <= every


def test_a_percentile_of_nothing_is_never_good() -> None:
    assert p([], 95) == float("inf")
    assert p([1.0, 2.0, 3.0], 50) == 2.0


@pytest.mark.parametrize(
    ("rows", "keys", "met"),
    [
        pytest.param([300.0] * 10, [200.0], [True, True], id="both at their limits"),
        pytest.param([300.2] * 10, [200.0], [False, True], id="rows too slow"),
        pytest.param([300.0] * 10, [200.2], [True, False], id="keys too slow"),
        pytest.param([1.0] * 8, [1.0], [False, False], id="too few rows were seen to say anything"),
    ],
)
def test_a_figure_is_met_at_its_limit_and_only_with_its_guards(
    rows: list[float], keys: list[float], met: list[bool]
) -> None:
    result = _verdict(
        rows, [900.0], {"claim": keys}, expected=10, accepted=20, sent=20, cameras=11, open_now=10, wanted_open=10,
        stages={"accepted → heard": [100.0]}, idle=0.5,
    )  # fmt: skip
    assert list(result["met"].values()) == met
