"""What people say: calls to 110, grid reports, mediation cases, and calls about nothing."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

from contracts.kinds import Kind
from hub.simulate.city.dice import dice, lag, one_of, pick, poisson, scatter
from hub.simulate.city.drafts import Draft
from hub.simulate.city.happenings import Happening
from hub.simulate.city.hours import Hours
from hub.simulate.city.sayings import CALLS, GRIDS, Scene, mentions, named, scene
from hub.simulate.city.settings import CitySettings
from hub.simulate.city.streets import XY, Streets

TRUST_OF_RADIUS = 1.5
"""a stated radius is so many sigmas (`fusion.md` §3.1)"""


@dataclass(frozen=True, slots=True)
class Shared:
    """What the callers of one happening have in common: an error of position in sigmas, and its part in theirs."""

    east: float
    north: float
    correlation: float


@dataclass(frozen=True, slots=True)
class People:
    """All that the reports of one day are made from."""

    settings: CitySettings
    streets: Streets
    seed: int

    def calls(self, happening: Happening) -> Iterator[Draft]:
        """The 110 calls about one happening."""
        rng, rules = dice(self.seed, "calls", happening.name), self.settings.breakers.correlated
        there = self._scene(happening)
        count = poisson(rng, self.settings.kinds[happening.kind].calls)
        alike = dice(self.seed, "alike", happening.name)
        shared: Shared | None = None
        if count and alike.random() < rules.share:
            shared = Shared(alike.gauss(0.0, 1.0), alike.gauss(0.0, 1.0), rules.correlation)
            count += poisson(alike, rules.extra)
        calls = [
            self.call(dice(self.seed, "call", happening.name, number), happening, there, f"c-{number}", shared)
            for number in range(count)
        ]
        if shared is not None:
            self._bunch(alike, calls)
        yield from calls

    def grid_reports(self, happening: Happening) -> Iterator[Draft]:
        """The grid reports about one happening."""
        rng = dice(self.seed, "grid", happening.name)
        there = self._scene(happening)
        for number in range(poisson(rng, self.settings.kinds[happening.kind].grid)):
            yield self._grid(dice(self.seed, "report", happening.name, number), happening, there, f"g-{number}")

    def disputes(self, happening: Happening) -> Iterator[Draft]:
        """The mediation cases that one happening leads to."""
        rng, rules = dice(self.seed, "disputes", happening.name), self.settings.disputes
        for number in range(poisson(rng, self.settings.kinds[happening.kind].disputes)):
            reported_s = happening.began_s + lag(rng, rules.lag_s, rules.lag_sigma)
            spot = happening.at(reported_s)
            draft = self._draft("dispute", happening, f"d-{number}", reported_s, rules.delay_s, spot, Kind.DISPUTE)
            self._blur(rng, draft, rules.sigma_m)
            draft.sigma_m = rules.sigma_m
            yield draft

    def nuisance(self) -> Iterator[Draft]:
        """Calls about nothing: each its own."""
        rng, hours = dice(self.seed, "nuisance"), Hours.of(self.settings)
        likely = {kind: rates.per_day * rates.calls for kind, rates in self.settings.kinds.items()}
        mean = self.settings.calls.nuisance_per_day * self.settings.density * self.settings.days
        for number in range(poisson(rng, mean) if sum(likely.values()) else 0):
            own = dice(self.seed, "nuisance", number)
            kind = pick(own, likely)
            moment_s = hours.moment(own, kind)
            x, y = self.streets.somewhere(own)
            nothing = Happening(f"nuisance-{number:04d}", kind, moment_s, 0.0, x, y)
            draft = self.call(own, nothing, scene(own, kind), "n")
            draft.incident = None
            yield draft

    def call(
        self, rng: random.Random, happening: Happening, there: Scene, key: str, shared: Shared | None = None
    ) -> Draft:
        """One 110 call."""
        rules, kinds = self.settings.calls, tuple(self.settings.kinds)
        reported_s = happening.began_s + lag(rng, rules.lag_s, rules.lag_sigma)
        spot = happening.at(reported_s)
        kind = named(rng, happening.kind, "police_110", self.settings.confusion, kinds)
        draft = self._draft("police_110", happening, key, reported_s, rules.delay_s, spot, kind)
        self._state_time(rng, draft, happening)
        sigma = one_of(rng, rules.accuracies_m) / TRUST_OF_RADIUS
        self._blur(rng, draft, sigma, shared)
        self._gross(rng, draft, rules.gross, rules.gross_reach_m)
        draft.sigma_m = round(sigma * self.settings.noise.reported, 1)
        self._say(rng, draft, CALLS[kind].says, there)
        return draft

    def _grid(self, rng: random.Random, happening: Happening, there: Scene, key: str) -> Draft:
        rules, kinds = self.settings.grid, tuple(self.settings.kinds)
        reported_s = happening.began_s + lag(rng, rules.lag_s, rules.lag_sigma)
        kind = named(rng, happening.kind, "grid", self.settings.confusion, kinds)
        spot = happening.at(reported_s)
        draft = self._draft("grid", happening, key, reported_s, rules.delay_s, spot, kind)
        sigma = max(10.0, one_of(rng, rules.accuracies_m))
        self._blur(rng, draft, sigma)
        self._gross(rng, draft, rules.gross, rules.gross_reach_m)
        draft.sigma_m = round(sigma * self.settings.noise.reported, 1)
        self._say(rng, draft, GRIDS[kind].writes, there)
        return draft

    def _draft(
        self, source: str, of: Happening, key: str, reported_s: float, delay_s: float, spot: XY, kind: Kind
    ) -> Draft:
        extent = self.settings.kinds[of.kind].extent_m
        x, y = scatter(dice(self.seed, "extent", of.name, key), *spot, extent)
        observed_s = round(reported_s, 0)
        return Draft(
            key=f"{key}-{of.name}", source=source, cluster=of.name, incident=of.name, true_kind=of.kind,  # type: ignore[arg-type]
            began_s=of.began_s, true_x=of.x, true_y=of.y, observed_s=observed_s, received_s=observed_s + delay_s,
            arrived_s=observed_s + delay_s, spot=(x, y), x=x, y=y, sigma_m=1.0, kind=kind,
            notes=[] if of.drift == (0.0, 0.0) else ["moving"],
        )  # fmt: skip

    def _scene(self, happening: Happening) -> Scene:
        return scene(dice(self.seed, "scene", happening.name), happening.kind)

    def _state_time(self, rng: random.Random, draft: Draft, happening: Happening) -> None:
        """Some say when it happened, about."""
        rules = self.settings.calls
        if rng.random() < rules.stated:
            said_s = round((happening.began_s + rng.gauss(0.0, rules.stated_sigma_s)) / 60.0) * 60.0
            draft.stated, draft.observed_s = True, min(said_s, draft.observed_s)

    def _blur(self, rng: random.Random, draft: Draft, sigma: float, shared: Shared | None = None) -> None:
        east, north = rng.gauss(0.0, 1.0), rng.gauss(0.0, 1.0)
        if shared is not None:
            common, own = math.sqrt(shared.correlation), math.sqrt(1.0 - shared.correlation)
            east, north = common * shared.east + own * east, common * shared.north + own * north
            draft.notes.append("correlated")
        sigma *= self.settings.noise.actual
        draft.x, draft.y = draft.x + sigma * east, draft.y + sigma * north

    def _bunch(self, rng: random.Random, calls: list[Draft]) -> None:
        """All call soon after the first."""
        first_s = min(call.received_s for call in calls)
        for call in calls[1:]:
            earlier_s = call.received_s - first_s - round(rng.expovariate(1.0 / self._within_s), 0)
            call.received_s, call.arrived_s = call.received_s - earlier_s, call.arrived_s - earlier_s
            call.observed_s = min(call.observed_s, call.received_s) if call.stated else call.observed_s - earlier_s

    @property
    def _within_s(self) -> float:
        return self.settings.breakers.correlated.within_s

    def _gross(self, rng: random.Random, draft: Draft, share: float, reach_m: float) -> None:
        if rng.random() < share:
            draft.x += rng.uniform(-reach_m, reach_m)
            draft.y += rng.uniform(-reach_m, reach_m)
            draft.notes.append("gross")

    def _say(self, rng: random.Random, draft: Draft, forms: tuple[str, ...], there: Scene) -> None:
        draft.address = self._address(rng, draft)
        draft.text = one_of(rng, forms).format(where=draft.address) + mentions(rng, there, self.settings.words)

    def _address(self, rng: random.Random, draft: Draft) -> str:
        """How people name the true spot: the crossing, or the known place beside it."""
        spot = self.streets.nearest_spot(draft.true_x, draft.true_y)
        near = spot is not None and abs(spot.x - draft.true_x) + abs(spot.y - draft.true_y) < 150
        if spot is not None and near and rng.random() < 0.6:
            return spot.name
        road, cross = self.streets.names(draft.true_x, draft.true_y)
        return f"{road}与{cross}路口" if rng.random() < 0.5 else road
