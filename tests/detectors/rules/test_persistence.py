"""presence, water_edge_presence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.detections import Box, Detection
from detectors.rules import presence, water_edge_presence
from detectors.rules.happening import Intent, Phase, Sight
from detectors.rules.scope import Scope
from tests.detectors.rules.playing import phases, play
from tests.detectors.scenes import LEFT_HALF, scope, seen


def fire(confidence: float = 0.6, *, label: str = "fire", x: float = 0.3) -> Detection:
    return Detection(label, confidence, Box(x - 0.05, 0.4, x + 0.05, 0.6))


def looking() -> Scope:
    return Scope(scope("presence").thresholds, LEFT_HALF, labels=frozenset({"fire", "flame_detected"}))


def present(pictures: list[tuple[Detection, ...]], *, every_s: float = 1.0) -> list[tuple[float, Intent]]:
    return play(presence, [Sight(hits) for hits in pictures], looking(), every_s=every_s)


@pytest.mark.parametrize(("looks", "told"), [(6, 0), (7, 1)], ids=["5 s", "6 s"])
def test_it_must_persist(looks: int, told: int) -> None:
    assert phases(present([(fire(),)] * looks)) == [Phase.BEGAN] * told


@pytest.mark.parametrize(
    ("hit", "told"),
    [
        pytest.param(fire(0.39), 0, id="not sure enough"),
        pytest.param(fire(0.40), 1, id="just sure enough"),
        pytest.param(fire(label="smoke"), 0, id="another class"),
        pytest.param(fire(label="flame_detected"), 1, id="by the name of its event type"),
        pytest.param(fire(x=0.7), 0, id="outside the zone"),
    ],
)
def test_only_what_is_looked_for_counts(hit: Detection, told: int) -> None:
    assert len(present([(hit,)] * 12)) == told


@pytest.mark.parametrize(("seen_of_five", "told"), [(2, 0), (4, 1)])
def test_a_flicker_must_be_there_in_most_looks(seen_of_five: int, told: int) -> None:
    pictures = [(fire(),) if n % 5 < seen_of_five else () for n in range(60)]
    began = [intent for _, intent in present(pictures) if intent.phase is Phase.BEGAN]
    assert len(began) == told


def test_on_keyframes_two_seconds_apart_it_works_as_well() -> None:
    assert phases(present([(fire(),)] * 8, every_s=2.0)) == [Phase.BEGAN]


def test_after_a_gap_watching_begins_anew() -> None:
    assert present([(fire(),)] * 10, every_s=16.0) == []


def test_it_ends_once_it_has_been_gone() -> None:
    told = present([(fire(),)] * 10 + [()] * 40)
    assert phases(told) == [Phase.BEGAN, Phase.ENDED]


@given(st.lists(st.booleans(), max_size=120))
def test_what_is_seen_in_less_than_a_third_of_any_looks_is_never_told(looks: list[bool]) -> None:
    pictures = [(fire(),) if hit and n % 3 == 0 else () for n, hit in enumerate(looks)]
    assert present(pictures) == []


@pytest.mark.parametrize(("every_s", "looks", "told"), [(0.25, 20, 0), (0.25, 21, 1), (2.0, 3, 0), (2.0, 4, 1)])
def test_somebody_at_the_water_is_told_in_every_mode(every_s: float, looks: int, told: int) -> None:
    here = scope("water_edge_presence", zone=LEFT_HALF)
    sights = [Sight((seen("person", 0.3, 0.5),))] * looks
    assert len(play(water_edge_presence, sights, here, every_s=every_s)) == told


def test_who_walks_by_outside_the_zone_is_nothing() -> None:
    here = scope("water_edge_presence", zone=LEFT_HALF)
    assert play(water_edge_presence, [Sight((seen("person", 0.6, 0.5),))] * 60, here, every_s=0.5) == []


def test_pictures_in_which_nothing_moved_confirm_nothing() -> None:
    once = [Sight((fire(),))]
    still = [Sight((fire(),), still=True)] * 12
    assert play(presence, once + still, looking(), every_s=1.0) == []


def test_where_looks_are_rare_the_last_three_count() -> None:
    assert phases(present([(fire(),)] * 3, every_s=4.0)) == [Phase.BEGAN]
    assert present([(fire(),), (), (fire(),)] * 1, every_s=4.0)[0][1].phase is Phase.BEGAN
    assert present([(), (), (fire(),)] * 5, every_s=4.0) == []
