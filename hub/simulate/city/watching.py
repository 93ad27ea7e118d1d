"""What the cameras say: what they saw of what happens, again while it lasts, and what they only imagined."""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contracts.geo import PositionQuality
from contracts.kinds import Kind
from hub.simulate.city.dice import dice, lag, pick, poisson, scatter
from hub.simulate.city.drafts import Draft
from hub.simulate.city.fleet import Cells, Eye, covariance_of
from hub.simulate.city.happenings import DAY_S, Happening
from hub.simulate.city.hours import Hours
from hub.simulate.city.sayings import named
from hub.simulate.city.settings import CitySettings
from hub.simulate.city.streets import XY, Streets

_NETWORK_S = (0.15, 0.6)
"""from the picture to our edge"""


@dataclass(frozen=True, slots=True)
class Watch:
    """All that the observations of one day are made from."""

    settings: CitySettings
    streets: Streets
    eyes: Sequence[Eye]
    cells: Cells
    seed: int

    def observations(self, happening: Happening) -> Iterator[Draft]:
        """Everything that cameras say of one happening."""
        for eye in self._near(happening):
            rng = dice(self.seed, "watch", happening.name, eye.camera.camera_id)
            yield from self._seen(rng, eye, happening)

    def false_alarms(self, eye: Eye) -> Iterator[Draft]:
        """Everything that one camera imagines."""
        rng = dice(self.seed, "false", eye.camera.camera_id)
        hours, night = Hours.of(self.settings), self.settings.breakers.day_night
        worst = max(1.0, night.night_false if night.strength else 1.0) * max(1.0, self._factor_of(eye))
        for number in range(poisson(rng, eye.false_per_s * worst * self.settings.days * DAY_S)):
            began_s = rng.uniform(0.0, self.settings.days * DAY_S)
            rate = night.night_false if hours.dark(began_s) else 1.0
            rate *= self._factor_of(eye) if self._drifted(eye, began_s) else 1.0
            if rng.random() * worst <= rate:
                yield from self._burst(rng, eye, began_s, number)

    def _near(self, happening: Happening) -> list[Eye]:
        """The cameras that have it in view at any time, in the order of the fleet."""
        end_s = happening.began_s + happening.lasts_s
        moments = (
            [happening.began_s]
            if happening.drift == (0.0, 0.0)
            else [happening.began_s + (end_s - happening.began_s) * step / 20 for step in range(21)]
        )
        spots = [happening.at(moment) for moment in moments]
        near = {number for x, y in spots for number in self.cells.around(x, y) if self.eyes[number].sees(x, y)}
        return [self.eyes[number] for number in sorted(near)]

    def _seen(self, rng: random.Random, eye: Eye, happening: Happening) -> Iterator[Draft]:
        rates = self.settings.kinds[happening.kind]
        dark = Hours.of(self.settings).dark(happening.began_s)
        chance = rates.detection * (self.settings.breakers.day_night.night_detection if dark else 1.0)
        if rng.random() >= chance:
            return
        first_s = happening.began_s + lag(rng, self.settings.fleet.lag_s, self.settings.fleet.lag_sigma)
        again = poisson(rng, rates.repeats_per_hour * happening.lasts_s / 3600.0)
        later = [happening.began_s + rng.uniform(0.0, happening.lasts_s) for _ in range(again)]
        for number, moment_s in enumerate([first_s, *sorted(one for one in later if one > first_s + 30.0)]):
            x, y = happening.at(moment_s)
            if eye.sees(x, y):
                spot = scatter(rng, x, y, rates.extent_m)
                kind = self._named(rng, eye, happening.kind, moment_s)
                yield self._draft(rng, eye, happening, f"w-{happening.name}-{number}", moment_s, spot, kind)

    def _burst(self, rng: random.Random, eye: Eye, began_s: float, number: int) -> Iterator[Draft]:
        kind = pick(rng, {kind: rates.per_day for kind, rates in self.settings.kinds.items()})
        x, y = eye.anywhere(rng)
        cluster = f"false-{eye.camera.camera_id}-{number}"
        nothing = Happening(cluster, kind, began_s, 0.0, x, y)
        moment_s = began_s
        for again in range(1 + poisson(rng, self.settings.fleet.burst - 1.0)):
            spot = scatter(rng, x, y, 2.0)
            draft = self._draft(rng, eye, nothing, f"f-{number}-{again}", moment_s, spot, kind)
            draft.incident, draft.confidence = None, round(rng.betavariate(5, 4), 3)
            yield draft
            moment_s += 30.0 + rng.expovariate(1.0 / self.settings.fleet.burst_gap_s)

    def _draft(
        self, rng: random.Random, eye: Eye, of: Happening, key: str, moment_s: float, spot: XY, kind: Kind
    ) -> Draft:
        observed_s = round(moment_s, 2)
        received_s = observed_s + round(rng.uniform(*_NETWORK_S), 3)
        draft = Draft(
            key=f"{key}-{eye.camera.camera_id}", source="camera", cluster=of.name, incident=of.name, true_kind=of.kind,
            began_s=of.began_s, true_x=of.x, true_y=of.y, observed_s=observed_s,
            received_s=received_s, arrived_s=received_s, spot=spot, x=spot[0], y=spot[1], sigma_m=0.0, kind=kind,
            camera=eye.camera, confidence=round(rng.betavariate(8, 3), 3), stated=True,
        )  # fmt: skip
        if of.drift != (0.0, 0.0):
            draft.notes.append("moving")
        self._place(rng, eye, draft)
        return draft

    def _place(self, rng: random.Random, eye: Eye, draft: Draft) -> None:
        fleet, noise = self.settings.fleet, self.settings.noise
        if not eye.calibrated:
            draft.x, draft.y = eye.middle()
            draft.sigma_m = min(max(eye.camera.view_range_m / 2, 30.0), 80.0)
            draft.polygon, draft.quality = eye.outline(self.streets), PositionQuality.AREA
            return
        along, across, direction = eye.error(draft.x, draft.y, fleet)
        off_along, off_across = rng.gauss(0.0, along * noise.actual), rng.gauss(0.0, across * noise.actual)
        draft.x += off_along * math.cos(direction) - off_across * math.sin(direction)
        draft.y += off_along * math.sin(direction) + off_across * math.cos(direction)
        if rng.random() < fleet.gross:
            draft.x, draft.y = draft.x + rng.uniform(-300, 300), draft.y + rng.uniform(-300, 300)
            draft.notes.append("gross")
        told = covariance_of(along * noise.reported, across * noise.reported, direction)
        draft.covariance = (round(told[0], 2), round(told[1], 2), round(told[2], 2))
        draft.sigma_m = round(math.sqrt((told[0] + told[2]) / 2), 1)

    def _named(self, rng: random.Random, eye: Eye, kind: Kind, moment_s: float) -> Kind:
        kinds = tuple(self.settings.kinds)
        if self._drifted(eye, moment_s):
            right = rng.random() < self.settings.breakers.drift.right
            return kind if right else kinds[(kinds.index(kind) + 1) % len(kinds)]
        return named(rng, kind, "camera", self.settings.confusion, kinds)

    def _drifted(self, eye: Eye, moment_s: float) -> bool:
        drift = self.settings.breakers.drift
        return moment_s >= drift.from_hour * 3600.0 and self._of_vendor(eye)

    def _of_vendor(self, eye: Eye) -> bool:
        return dice(self.seed, "vendor", eye.camera.camera_id).random() < self.settings.breakers.drift.share

    def _factor_of(self, eye: Eye) -> float:
        return self.settings.breakers.drift.false_factor if self._of_vendor(eye) else 1.0
