"""What goes wrong with signals between the happening and the hub, each applied to finished drafts by its own chance."""

from collections.abc import Sequence
from datetime import timedelta

from contracts.geo import Datum, GeoPoint, PositionQuality
from hub.simulate.city.breakers import Duplicates
from hub.simulate.city.dice import dice
from hub.simulate.city.drafts import Draft
from hub.simulate.city.happenings import DAY_S
from hub.simulate.city.settings import CitySettings
from hub.simulate.city.streets import Streets
from ingest.datum import from_wgs84

ZONE_S = timedelta(hours=8).total_seconds()


def trouble(drafts: Sequence[Draft], settings: CitySettings, streets: Streets, seed: int) -> list[Draft]:
    """The drafts as the hub gets them, with the repeated ones among them; in no order yet."""
    for draft in drafts:
        if draft.source in ("police_110", "grid"):
            _misplace(draft, settings, streets, seed)
        if draft.source == "camera":
            _skew(draft, settings, seed)
    repeated = [again for draft in drafts for again in _again(draft, settings.breakers.duplicates, seed)]
    everything = [*drafts, *repeated]
    for draft in everything:
        _hold_back(draft, settings)
    for again in repeated:
        if again.first is not None:
            again.arrived_s = max(again.arrived_s, again.first.arrived_s + 0.001)
    return everything


def _misplace(draft: Draft, settings: CitySettings, streets: Streets, seed: int) -> None:
    _read_post(draft, settings, streets, seed)
    if draft.landmark_no is None:
        _geocode(draft, settings, streets, seed)
        _mistake_datum(draft, settings, streets, seed)


def _read_post(draft: Draft, settings: CitySettings, streets: Streets, seed: int) -> None:
    rules, rng = settings.breakers.landmarks, dice(seed, "post", draft.key)
    if rng.random() >= rules.share:
        return
    x, y = draft.spot
    if rng.random() < rules.misread:
        x, y = streets.inside(x + rng.uniform(-2000, 2000), y + rng.uniform(-2000, 2000))
        draft.notes.append("misread")
    draft.landmark_no, (draft.x, draft.y) = streets.post(x, y, rules.every_m)
    draft.sigma_m, draft.quality = rules.sigma_m, PositionQuality.LANDMARK
    draft.notes.append("landmark")


def _geocode(draft: Draft, settings: CitySettings, streets: Streets, seed: int) -> None:
    rules, rng = settings.breakers.geocoding, dice(seed, "geocode", draft.key)
    if draft.source != "police_110" or rng.random() >= rules.share:
        return
    spot = streets.nearest_spot(*draft.spot) if rng.random() < rules.to_place else None
    draft.x, draft.y = (spot.x, spot.y) if spot else streets.section(*draft.spot, rules.section_m)
    draft.sigma_m, draft.quality = rules.sigma_m, PositionQuality.LANDMARK
    draft.notes.append("place" if spot else "road")


def _mistake_datum(draft: Draft, settings: CitySettings, streets: Streets, seed: int) -> None:
    rules = settings.breakers.datum
    share = rules.calls if draft.source == "police_110" else rules.grid
    if dice(seed, "datum", draft.key).random() < share:
        lat, lon = streets.degrees(draft.x, draft.y)
        sent = from_wgs84(GeoPoint(lat=lat, lon=lon), Datum.GCJ02)
        draft.x, draft.y = streets.metres(sent.lat, sent.lon)
        draft.notes.append("GCJ-02")


def _skew(draft: Draft, settings: CitySettings, seed: int) -> None:
    """The same camera's clock is wrong by the same all day."""
    rules = settings.breakers.skew
    assert draft.camera is not None, "an observation has a camera"
    rng = dice(seed, "clock", draft.camera.camera_id)
    wrong, zone = rng.random() < rules.share, rng.random() < rules.zone
    if wrong:
        draft.observed_s += round(rng.gauss(0.0, rules.sigma_s), 2)
        draft.notes.append("skew")
    if zone:
        draft.observed_s += ZONE_S if rng.random() < 0.5 else -ZONE_S
        draft.notes.append("zone")


def _again(draft: Draft, rules: Duplicates, seed: int) -> list[Draft]:
    rng = dice(seed, "again", draft.key)
    made = []
    for how, share in (("exact", rules.exact), ("changed", rules.changed), ("retyped", rules.retyped)):
        if rng.random() >= share or (how == "retyped" and draft.source not in ("police_110", "grid")):
            continue
        after_s = round(rng.expovariate(1.0 / rules.after_s), 3)
        other = draft.copy()
        other.key, other.arrived_s = f"{draft.key}/{how}", draft.arrived_s + after_s
        other.notes.append(how)
        if how != "retyped":
            other.again, other.first = how, draft  # type: ignore[assignment]
        if how != "exact":
            other.received_s += after_s
        made.append(other)
    return made


def _hold_back(draft: Draft, settings: CitySettings) -> None:
    """During an outage nothing arrives. An observation was stamped before it; a report crosses our edge after it."""
    rules = settings.breakers.outage
    from_s, lasts_s = rules.from_hour * 3600.0, rules.minutes * 60.0
    into_s = draft.arrived_s % DAY_S - from_s
    if draft.source not in rules.sources or not 0 <= into_s < lasts_s:
        return
    # What waited longest comes first, a thousand a second.
    flushed_s = draft.arrived_s - into_s + lasts_s + round(into_s / lasts_s, 3)
    if draft.source != "camera" and draft.again != "exact":
        draft.received_s += flushed_s - draft.arrived_s
    draft.arrived_s = flushed_s
    draft.notes.append("late")
