from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.batching import LEAST_EVERY_S, Waiting, next_camera, pause_s, urgency_s


@pytest.mark.parametrize(("waited_s", "due"), [(1.79, False), (1.81, True)])
def test_a_camera_is_due_shortly_before_its_interval_is_over(waited_s: float, due: bool) -> None:
    camera = Waiting("a", served_s=100.0, interval_s=2.0)
    assert (next_camera([camera], 100.0 + waited_s) == camera) is due


def test_the_longest_unserved_goes_first() -> None:
    old, new = Waiting("old", 0.0, 0.2), Waiting("new", 5.0, 0.2)
    assert next_camera([new, old], 10.0) == old


@pytest.mark.parametrize(("waited_s", "first"), [(2.1, "important"), (4.1, "patient")])
def test_a_step_of_priority_counts_as_twice_the_waiting(waited_s: float, first: str) -> None:
    important, patient = Waiting("important", 8.0, 0.2, priority=3), Waiting("patient", 10.0 - waited_s, 0.2, 4)
    chosen = next_camera([important, patient], 10.0)
    assert chosen is not None
    assert chosen.camera_id == first


def test_nobody_waiting_is_nobody() -> None:
    assert next_camera([], 1.0) is None


@pytest.mark.parametrize(("now_s", "pause"), [(0.0, 0.5), (1.5, 0.3), (1.8, 0.0), (9.0, 0.0)])
def test_the_pause_lasts_until_one_is_due(now_s: float, pause: float) -> None:
    assert pause_s([Waiting("a", 0.0, 2.0), Waiting("b", 0.0, 9.0)], now_s, most_s=0.5) == pytest.approx(pause)


def test_with_nobody_waiting_the_pause_is_the_longest() -> None:
    assert pause_s([], 3.0, most_s=0.5) == 0.5


def served(cost_s: float, seconds: float, cameras: list[Waiting]) -> Counter[str]:
    """Rates of a model that takes `cost_s` per picture, every camera always having a new one."""
    last = {camera.camera_id: camera for camera in cameras}
    now, count = 0.0, Counter[str]()
    while now < seconds:
        chosen = next_camera(last.values(), now)
        if chosen is None:
            now += max(0.001, pause_s(last.values(), now, most_s=0.5))
            continue
        count[chosen.camera_id] += 1
        last[chosen.camera_id] = Waiting(chosen.camera_id, now, chosen.interval_s, chosen.priority)
        now += cost_s
    return count


def test_under_overload_the_cheap_cameras_get_all_they_want_and_the_greedy_share_the_rest() -> None:
    cheap = [Waiting(f"keyframes{n}", 0.0, 2.0) for n in range(9)]
    greedy = [Waiting(f"tracked{n}", 0.0, 0.2) for n in range(3)]
    count = served(0.1, 60.0, [*cheap, *greedy])
    assert all(count[camera.camera_id] >= 0.9 * 30 for camera in cheap)
    rates = [count[camera.camera_id] for camera in greedy]
    assert max(rates) - min(rates) <= 2
    assert min(rates) > 80


@pytest.mark.parametrize("cost_s", [0.1, 0.2], ids=["2 x overload", "4 x overload"])
def test_under_overload_high_priority_keeps_its_pace_and_everybody_a_look_now_and_then(cost_s: float) -> None:
    high = [Waiting(f"high{n}", 0.0, 1.0, priority=n + 1) for n in range(2)]
    low = [Waiting(f"low{n}", 0.0, 1.0, priority=3 + n % 3) for n in range(18)]
    count = served(cost_s, 120.0, [*high, *low])
    assert all(count[camera.camera_id] >= 0.95 * 120 for camera in high)
    assert all(count[camera.camera_id] >= 0.9 * 120 / LEAST_EVERY_S for camera in low)


def test_promises_that_cannot_all_be_kept_are_stretched_alike() -> None:
    count = served(0.2, 100.0, [Waiting(f"high{n}", 0.0, 1.0, priority=1) for n in range(10)])
    assert set(count.values()) <= {49, 50}


def test_without_overload_everybody_gets_what_its_rules_want_and_no_more() -> None:
    count = served(0.01, 60.0, [Waiting("keyframes", 0.0, 2.0), Waiting("tracked", 0.0, 0.2)])
    assert 30 <= count["keyframes"] <= 34
    assert 300 <= count["tracked"] <= 335


@given(st.lists(st.tuples(st.floats(0.1, 3.0), st.integers(1, 5)), min_size=1, max_size=8), st.floats(0.05, 0.5))
def test_nobody_starves(wants: list[tuple[float, int]], cost_s: float) -> None:
    cameras = [Waiting(f"c{n}", 0.0, interval, priority) for n, (interval, priority) in enumerate(wants)]
    count = served(cost_s, 200.0, cameras)
    assert all(count[camera.camera_id] > 0 for camera in cameras)


def test_urgency_grows_with_time_and_priority() -> None:
    assert urgency_s(Waiting("a", 0.0, 1.0, 1), 2.0) == 8.0
    assert urgency_s(Waiting("a", 0.0, 1.0, 5), 2.0) == 0.5
