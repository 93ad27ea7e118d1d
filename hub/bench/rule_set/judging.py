"""Plays the clips to the rules and compares what they tell with what happens."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median

from contracts.cameras import Bureau, Camera, Legal, Rule
from contracts.detections import Box, Detection
from contracts.frames import Frame
from contracts.geo import GeoPoint
from contracts.signals import Observation
from detectors.watching import CameraWatch
from hub.bench.rule_set.clips import Clip
from hub.bench.rule_set.street import Image
from hub.bench.rule_set.truth import GATE, LANE, ZONES, Span

BEGIN = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
TRACKABLE_S = 1.0
TOLERANCE_S = 2.0
"""labels are no better than this"""
MIN_CONFIDENCE = 0.35
CROSSING = "line_crossing"
EARLY = "crowd_growing"
RULES = (
    Rule(rule="crowd_gathering"),
    Rule(rule=EARLY),
    Rule(rule="crowd_density_high", thresholds={"area_m2": 20}),
    Rule(rule="crowd_dispersal"),
    Rule(rule="zone_intrusion", zone="grass"),
    Rule(rule="water_edge_presence", zone="grass"),
    Rule(rule=CROSSING, line="gate"),
    Rule(rule="person_down"),
    Rule(rule="pedestrian_on_road", zone="lane"),
    Rule(rule="illegal_parking", zone="yard", thresholds={"stopped_s": 15}),
    Rule(rule="stopped_vehicle", zone="road"),
    Rule(rule="wrong_way", zone="road", line="lane"),
    Rule(rule="traffic_congestion", zone="road", thresholds={"hold_s": 30}),
)
"""all of them on every clip, so that each clip is also a trial of what must stay silent"""

See = Callable[[Image, tuple[Detection, ...], tuple[Box, ...]], Sequence[Detection]]
"""what a model sees in a picture; it is told what is truly there, for the trial without one, and where to look twice"""


def as_given(_: Image, there: tuple[Detection, ...], __: tuple[Box, ...]) -> Sequence[Detection]:
    """A model that makes no mistake: what is measured is the rules alone."""
    return there


@dataclass(slots=True)
class Told:
    """One happening as a rule told it, seconds of the clip."""

    begins: float
    said: float
    ends: float
    count: int
    forecast: Mapping[str, float]


@dataclass(slots=True)
class Score:
    """How one rule did on all clips."""

    true: int = 0
    found: int = 0
    told: int = 0
    right: int = 0
    raise_s: list[float] = field(default_factory=list)
    forecasts: list[bool] = field(default_factory=list)
    """whether the threshold was reached within the interval that the early warning gave"""
    mistakes: list[str] = field(default_factory=list)
    """each in words, for who wants to mend it"""

    def row(self) -> dict[str, float | int | None]:
        """For the table: None where there is nothing to divide by."""
        return {
            "true": self.true,
            "told": self.told,
            "precision": round(self.right / self.told, 2) if self.told else None,
            "recall": round(self.found / self.true, 2) if self.true else None,
            "raise_s": round(median(self.raise_s), 1) if self.raise_s else None,
        }


def play(clip: Clip, see: See) -> dict[str, list[Told]]:
    """What every rule tells of a clip."""
    rules = tuple(
        rule.model_copy(update={"thresholds": {**rule.thresholds, **clip.thresholds.get(rule.rule, {})}})
        for rule in RULES
    )
    watch = CameraWatch(camera_of(rules), model="bench", min_confidence=MIN_CONFIDENCE)
    told: dict[str, dict[str, Told]] = {rule.rule: {} for rule in RULES}
    for look in range(int(clip.seconds / clip.every_s)):
        seconds = look * clip.every_s
        picture, at = clip.picture(seconds), BEGIN + timedelta(seconds=seconds)
        frame = Frame("bench", picture, at, is_keyframe=True)
        hits = see(picture, clip.there(seconds), watch.places())
        for report in watch.look(frame, hits, tracked=clip.every_s <= TRACKABLE_S, now=at):
            _note(told[report.observation.event_type], report.observation, seconds, clip)
    return {rule: list(happenings.values()) for rule, happenings in told.items()}


def _note(told: dict[str, Told], said: Observation, seconds: float, clip: Clip) -> None:
    begins = (said.observed_at - BEGIN).total_seconds()
    one = told.setdefault(said.signal_id, Told(begins, seconds, clip.seconds, 0, said.measures))
    one.count = max(one.count, said.count or 0)
    if said.ended_at is not None:
        one.ends = (said.ended_at - BEGIN).total_seconds()


def scores() -> dict[str, Score]:
    """Rule → nothing yet."""
    return {rule.rule: Score() for rule in RULES}


def judge(clip: Clip, see: See, so_far: Mapping[str, Score]) -> None:
    """Add one clip to the scores."""
    for rule, told in play(clip, see).items():
        if rule in clip.unscored:
            continue
        if rule == CROSSING:
            _count(so_far[rule], told, clip)
        else:
            may = clip.may.get(rule, ())
            asked = [one for one in told if not any(_meets(one, span, early=False) for span in may)]
            _match(so_far[rule], asked, clip, rule)


def _match(score: Score, told: Sequence[Told], clip: Clip, rule: str) -> None:
    true, early = clip.happens.get(rule, ()), rule == EARLY
    score.true += len(true)
    score.told += len(told)
    for one in told:
        if any(_meets(one, span, early=early) for span in true):
            score.right += 1
        else:
            score.mistakes.append(f"{clip.name}: told at {one.said:.0f} s, where nothing happens")
    for span in true:
        met = [one for one in told if _meets(one, span, early=early)]
        if not met:
            score.mistakes.append(f"{clip.name}: not told, from {span.start:.0f} to {span.end:.0f} s")
            continue
        score.found += 1
        score.raise_s.append(min(one.said for one in met) - span.start)
        if early:
            score.forecasts.append(_holds(met[0], span))


def _meets(one: Told, span: Span, *, early: bool) -> bool:
    """An early warning must come before what it warns of."""
    if early and one.said >= span.end:
        return False
    return one.begins <= span.end + TOLERANCE_S and one.ends >= span.start - TOLERANCE_S


def _holds(one: Told, span: Span) -> bool:
    left_s = span.end - one.said
    return one.forecast.get("eta_low_s", 0.0) <= left_s <= one.forecast.get("eta_high_s", left_s)


def _count(score: Score, told: Sequence[Told], clip: Clip) -> None:
    """Crossings are counted, not happenings: many are told as one with a count."""
    counted = sum(one.count for one in told)
    score.true += clip.crosses
    score.told += counted
    score.found += min(counted, clip.crosses)
    score.right += min(counted, clip.crosses)


def camera_of(rules: tuple[Rule, ...]) -> Camera:
    """The camera before which all clips are played."""
    return Camera(
        camera_id="bench", name="street", bureau=Bureau.URBAN_MANAGEMENT, url="rtsp://127.0.0.1/bench",
        place=GeoPoint(lat=34.3287, lon=118.0067), district="bench", zones=ZONES, lines=(GATE, LANE), rules=rules,
        legal=Legal(purpose="bench", sign_installed=True, filing_no="bench"),
    )  # fmt: skip
