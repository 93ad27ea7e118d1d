"""The labelled clips: pictures by time, who or what is there, and what truly happens in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import cv2
import numpy as np

from contracts.detections import Detection
from hub.bench.rule_set.scenes import Scene, actors, shown
from hub.bench.rule_set.street import LENGTH_S, Image, Street
from hub.bench.rule_set.truth import Span, crossings, stays

TRACKED_S = 0.25
"""four pictures a second, as vision gives them to rules that need tracks"""
KEYFRAMES_S = 2.0


@dataclass(frozen=True, slots=True)
class Clip:
    """Some seconds before one camera."""

    name: str
    made: str
    """how it was made, for the table's reader"""
    seconds: float
    picture: Callable[[float], Image]
    there: Callable[[float], tuple[Detection, ...]]
    """persons and vehicles as they truly are"""
    happens: Mapping[str, tuple[Span, ...]]
    """rule → from when to when; a rule that is not named here has nothing to tell"""
    crosses: int = 0
    """how often somebody crosses the gate"""
    unscored: frozenset[str] = frozenset()
    """rules of which it is not known what they should tell here"""
    may: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    """rule → when it may tell something and need not: true, but too short to be asked for"""
    thresholds: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    every_s: float = TRACKED_S


def clips(street: Street) -> tuple[Clip, ...]:
    """All of them, in the table's order."""
    return (*_real(street), *_crowds(street), *_falls(street), _running(street), *_vehicles(street))


COVERED = 0.3
CROWDED = (Span(6, 36.5), Span(51, 78))
"""counted by eye every three seconds: six or more persons"""


GROWS: Mapping[str, tuple[Span, ...]] = {"crowd_growing": (Span(42, 62),)}
"""from 3 to 7 persons, by eye, the larger part of it in six seconds"""
GROWS_BACKWARDS: Mapping[str, tuple[Span, ...]] = {"crowd_growing": (Span(33, 50),)}


def _real(street: Street) -> tuple[Clip, ...]:
    happens = _street_happens(street)
    backwards = {rule: tuple(span.reversed(LENGTH_S) for span in spans)[::-1] for rule, spans in happens.items()}
    crossed = crossings(street)

    def plain(name: str, made: str, change: Callable[[Image], Image]) -> Clip:
        return Clip(name, made, LENGTH_S, lambda t: change(street.at(t)), street.there, happens, crossed, may=GROWS)

    return (
        plain("street", "real footage, nothing changed", lambda image: image),
        Clip(
            "street backwards", "the same, reversed", LENGTH_S,
            lambda t: street.at(LENGTH_S - 0.1 - t), lambda t: street.there(LENGTH_S - 0.1 - t), backwards, crossed,
            may=GROWS_BACKWARDS,
        ),
        plain("street at dusk", "the same at a third of the light, with noise: no real night", _dusk),
        Clip(
            "street half covered", "the same, the left 30 % behind a blurred grey cloth", LENGTH_S,
            lambda t: _covered(street.at(t)), lambda t: tuple(hit for hit in street.there(t) if hit.box.x1 > COVERED),
            happens, crossed, unscored=frozenset({"crowd_gathering"}), may=GROWS,
        ),
    )  # fmt: skip


def _street_happens(street: Street) -> dict[str, tuple[Span, ...]]:
    return {
        "crowd_gathering": CROWDED,
        "zone_intrusion": stays(street, "grass", least_s=3.0),
        "water_edge_presence": stays(street, "grass", least_s=5.0),
        "pedestrian_on_road": stays(street, "lane", least_s=2.0),
        "illegal_parking": (Span(0, LENGTH_S),),
    }


def _dusk(image: Image) -> Image:
    noise = np.random.default_rng(int(image[0, 0, 0])).normal(0, 5, image.shape)
    return np.asarray(np.clip(255 * (image / 255.0) ** 1.4 * 0.4 + noise, 0, 255), np.uint8)


def _covered(image: Image) -> Image:
    covered = image.copy()
    left = covered[:, : round(COVERED * image.shape[1])]
    left[:] = (0.1 * cv2.blur(left, (31, 31)) + 0.9 * 120).astype(np.uint8)
    return covered


STAND_AT = [(0.40, 0.60), (0.52, 0.52), (0.66, 0.58), (0.78, 0.70), (0.60, 0.70), (0.30, 0.50), (0.86, 0.55),
            (0.47, 0.66), (0.72, 0.50), (0.55, 0.62), (0.36, 0.53), (0.83, 0.84), (0.66, 0.80), (0.75, 0.60),
            (0.90, 0.72), (0.44, 0.50)]  # fmt: skip
BUSY: Mapping[str, Mapping[str, float]] = {
    "crowd_gathering": {"persons_on": 12, "persons_off": 9},
    "crowd_density_high": {"density_on": 0.6, "density_off": 0.4},
}


def _crowds(street: Street) -> tuple[Clip, ...]:
    still = street.there(15.6)
    growing = actors(street, [(x, y, 4.0 * n if n > 3 else 0.0, 90.0) for n, (x, y) in enumerate(STAND_AT)])
    wave = [(0.0, 60.0)] * 4 + [(6.0, 22.0), (26.0, 44.0), (12.0, 30.0), (40.0, 60.0)]
    coming = actors(street, [(x, y, a, b) for (x, y), (a, b) in zip(STAND_AT, wave, strict=False)])
    twelve_s = 4.0 * 11
    grown = {
        "crowd_growing": (Span(16.0, twelve_s),),
        "crowd_gathering": (Span(twelve_s, 70),),
        "crowd_density_high": (Span(twelve_s, 70),),
        "pedestrian_on_road": (Span(twelve_s, 70),),
    }
    return (
        Clip("crowd that stands still", "one picture of the street frozen: 8 persons", 40.0,
             lambda _: street.at(15.6), lambda _: still, {"crowd_gathering": (Span(0, 40),), **_van_in_the_yard(40)}),
        _scene(street, "crowd that grows", "persons pasted, one more every 4 s up to 16", 70.0, growing, grown,
               thresholds=BUSY),
        _scene(street, "coming and going", "persons pasted, 4 to 7 of them, no growth", 60.0, coming, {},
               thresholds=BUSY),
    )  # fmt: skip


FALLS = [((0.6, 0.40, 0.64), 0.35, 0.62), ((12.6, 0.84, 0.62), 0.60, 0.75), ((45.6, 0.71, 0.68), 0.80, 0.80)]
"""whom to cut out, and where the fall is"""


def _falls(street: Street) -> tuple[Clip, ...]:
    def walker(number: int) -> Scene:
        cut, x, y = FALLS[number]
        return Scene(street.person(*cut), lambda t: x - 0.02 * max(0.0, 5 - t), y, 0.0, 60.0, falls_at=6.0)

    made = "a pasted person walks, then lies: turned by a quarter"
    down = {"person_down": (Span(6, 26),)}
    on_lane = {"pedestrian_on_road": (Span(2, 26),)}
    hidden = Scene(street.person(0.6, 0.40, 0.64), lambda t: 0.5, 0.62, 0.0, 60.0, hides_at=6.0)
    return (
        _scene(street, "fall 1", made, 26.0, (walker(0),), down),
        _scene(street, "fall 2", made, 26.0, (walker(1),), down),
        _scene(street, "fall 3", made, 26.0, (walker(2),), {**down, **on_lane}),
        _scene(street, "legs hidden", "a pasted person whose legs vanish behind a box", 26.0, (hidden,), {}),
    )


RUN_FROM, RUN_S, RUN_TIMES = 40.0, 20.0, 3.0


def _running(street: Street) -> Clip:
    """Twenty seconds as it was, then three times as fast: who walked runs."""

    def source(t: float) -> float:
        return RUN_FROM + (t if t < RUN_S else RUN_S + RUN_TIMES * (t - RUN_S))

    def shown_at(t: float) -> float:
        t = max(t - RUN_FROM, 0.0)
        return t if t < RUN_S else RUN_S + (t - RUN_S) / RUN_TIMES

    end_s = shown_at(LENGTH_S)
    happens = {rule: tuple(span.mapped(shown_at) for span in spans if span.end > RUN_FROM)
               for rule, spans in _street_happens(street).items()}  # fmt: skip
    return Clip(
        "people run", "real footage, after 20 s three times as fast", end_s, lambda t: street.at(source(t)),
        lambda t: street.there(source(t)), {**happens, "crowd_dispersal": (Span(RUN_S, end_s),)},
        unscored=frozenset({"line_crossing", "crowd_growing"}),
    )  # fmt: skip


def _vehicles(street: Street) -> tuple[Clip, ...]:
    van = street.van()
    away = van.mirrored()

    def stops(t: float) -> float:
        return min(-0.1 + 0.15 * t, 0.5) if t < 70 else 0.5 + 0.15 * (t - 70)

    queue = tuple(Scene(van, lambda t, n=n: 0.12 + 0.16 * n - 0.0015 * t, 0.70, 0.0, 99.0, tall=0.17) for n in range(6))  # type: ignore[misc]
    made = "the scene's own van, pasted larger"
    return (
        _scene(street, "van stops on the road", f"{made}, keyframes", 90.0,
               (Scene(away, stops, 0.72, 0.0, 99.0, tall=0.26),),
               {"stopped_vehicle": (Span(4.0, 70.0),)}, every_s=KEYFRAMES_S),
        _scene(street, "van the right way", made, 8.0,
               (Scene(van, lambda t: 1.05 - 0.15 * t, 0.72, 0.0, 99.0, tall=0.26),), {}),
        _scene(street, "van the wrong way", made, 8.0,
               (Scene(away, lambda t: -0.05 + 0.15 * t, 0.72, 0.0, 99.0, tall=0.26),),
               {"wrong_way": (Span(0.5, 7.5),)}),
        _scene(street, "queue of six vans", f"{made}, creeping", 60.0, queue,
               {"traffic_congestion": (Span(0.0, 60.0),)}, every_s=0.5),
    )  # fmt: skip


def _van_in_the_yard(seconds: float) -> dict[str, tuple[Span, ...]]:
    """It stands there all the time; in a short clip not for long enough."""
    return {"illegal_parking": (Span(0.0, seconds),)} if seconds > 20 else {}


def _scene(
    street: Street, name: str, made: str, seconds: float, scenes: tuple[Scene, ...],
    happens: Mapping[str, tuple[Span, ...]], *, thresholds: Mapping[str, Mapping[str, float]] | None = None,
    every_s: float = TRACKED_S,
) -> Clip:  # fmt: skip
    happens = {**happens, **_van_in_the_yard(seconds)}
    return Clip(
        name, made, seconds, lambda t: shown(street, scenes, t)[0], lambda t: shown(street, scenes, t)[1], happens,
        thresholds=thresholds or {}, every_s=every_s,
    )  # fmt: skip
