"""A finished draft becomes a signal of the contracts, as the edge would have made it."""

from datetime import UTC, datetime, timedelta

from contracts.geo import Place
from contracts.kinds import EVENT_TYPES, Certainty, Severity
from contracts.signals import Dispute, GridReport, Observation, PoliceAlert, Signal
from hub.simulate.city.dice import dice, one_of
from hub.simulate.city.drafts import Draft, Truth
from hub.simulate.city.hours import BEIJING
from hub.simulate.city.sayings import CALL_EVENTS, CALLS, CAMERA_EVENTS, GRID_EVENTS, GRIDS
from hub.simulate.city.settings import CitySettings
from hub.simulate.city.streets import Streets
from hub.simulate.work_items import DISPUTES
from ingest.lexicon import MAX_WORDS, read

AREA = "990199"
MODEL = "simulated"
MORE = "（补充：现场仍有人，请尽快处理）"


class Teller:
    """Numbers the drafts of one city in the order in which they come and writes them down."""

    def __init__(self, settings: CitySettings, streets: Streets, seed: int) -> None:
        self._settings, self._streets, self._seed = settings, streets, seed
        self._count = 0
        self._names = self._place_names()
        self._told: set[str] = set()
        self._signals: dict[str, Signal] = {}

    def moment(self, seconds: float) -> datetime:
        """The UTC time so many seconds after the start, to the millisecond."""
        return self._settings.start.astimezone(UTC) + timedelta(milliseconds=round(seconds * 1000))

    def truth(self, draft: Draft) -> Truth:
        """What the draft is really about."""
        lat, lon = self._streets.degrees(draft.true_x, draft.true_y)
        began_at = self.moment(draft.began_s)
        return Truth(draft.cluster, draft.incident, draft.true_kind, began_at, lat, lon, tuple(draft.notes))

    def tell(self, draft: Draft) -> Signal:
        """The signal. Drafts must come in order of arrival."""
        if draft.first is None:
            signal = self._signals[draft.key] = self._first(draft)
            return signal
        first = self._signals[draft.first.key]
        return first if draft.again == "exact" else self._changed(first, draft)

    def _changed(self, first: Signal, draft: Draft) -> Signal:
        """The same number with more said: an observation has ended, people add a sentence."""
        change: dict[str, object] = {"update": 1, "received_at": self.moment(draft.received_s)}
        match first:
            case Observation():
                change["ended_at"] = max(first.observed_at, self.moment(draft.received_s))
            case PoliceAlert():
                change["content"] = first.content + MORE
            case GridReport():
                change["description"] = first.description + MORE
            case _:
                change["state"] = "closed"
        return first.model_copy(update=change)

    def _first(self, draft: Draft) -> Signal:
        self._count += 1
        match draft.source:
            case "camera":
                return self._observation(draft)
            case "police_110":
                return self._call(draft)
            case "grid":
                return self._report(draft)
            case _:
                return self._dispute(draft)

    def _head(self, draft: Draft, event_type: str, ref: str) -> dict[str, object]:
        lat, lon = self._streets.degrees(draft.x, draft.y)
        place: dict[str, object] = {
            "lat": lat, "lon": lon, "sigma_m": draft.sigma_m, "polygon": draft.polygon, "quality": draft.quality,
            "covariance_m2": draft.covariance,
        }  # fmt: skip
        row = EVENT_TYPES[event_type]
        return {
            "source_ref": ref,
            "event_type": event_type,
            "kind": draft.kind,
            "severity": row.severity,
            "observed_at": self.moment(draft.observed_s),
            "received_at": self.moment(draft.received_s),
            "time_stated": draft.stated,
            "place": Place.model_validate(place),
            "district": self._streets.district(draft.x, draft.y),
            "landmark_no": draft.landmark_no,
            "exercise": self._settings.exercise,
        }

    def _observation(self, draft: Draft) -> Observation:
        camera = draft.camera
        assert camera is not None, "an observation has a camera"
        event_type = one_of(dice(self._seed, "event", draft.key), CAMERA_EVENTS[draft.kind])
        second = int(self.moment(draft.observed_s).timestamp())
        ref = f"{camera.camera_id}:{event_type}:{second}"
        while ref in self._told:
            second += 1
            ref = f"{camera.camera_id}:{event_type}:{second}"
        self._told.add(ref)
        head = self._head(draft, event_type, ref) | {"district": camera.district}
        return Observation.model_validate(
            head
            | {
                "signal_id": f"cam:{ref}",
                "certainty": Certainty.LIKELY if draft.confidence >= 0.7 else Certainty.POSSIBLE,
                "place_text": camera.name,
                "bureau": camera.bureau,
                "camera_id": camera.camera_id,
                "confidence": draft.confidence,
                "rule": event_type,
                "model": MODEL,
            }
        )

    def _call(self, draft: Draft) -> PoliceAlert:
        number = f"{AREA}000000{self._day(draft)}{self._count:08d}"
        form = CALLS[draft.kind]
        head = self._head(draft, CALL_EVENTS[draft.kind], f"/police/110/{AREA}:{number}")
        return PoliceAlert.model_validate(
            head
            | {
                "signal_id": f"police_110:/police/110/{AREA}:{number}",
                "severity": Severity(form.level),
                "severity_raw": str(form.level),
                "certainty": Certainty.OBSERVED,
                "words": self._words(draft),
                "place_text": draft.address,
                "address": draft.address,
                "call_no": number,
                "initial_category": form.category,
                "category_name": form.category_name,
                "content": draft.text,
                "unit_code": f"{AREA}010100",
            }
        )

    def _report(self, draft: Draft) -> GridReport:
        number = f"WG-{self._day(draft)}-{self._count:08d}"
        form = GRIDS[draft.kind]
        head = self._head(draft, GRID_EVENTS[draft.kind], f"/grid/{AREA}:{number}")
        return GridReport.model_validate(
            head
            | {
                "signal_id": f"grid:/grid/{AREA}:{number}",
                "certainty": Certainty.OBSERVED,
                "words": self._words(draft, form.class_name),
                "place_text": draft.address,
                "report_no": number,
                "class_code": form.class_code,
                "class_name": form.class_name,
                "description": draft.text,
            }
        )

    def _dispute(self, draft: Draft) -> Dispute:
        number = f"JF-{self._day(draft)}-{self._count:08d}"
        code, name = one_of(dice(self._seed, "class", draft.key), DISPUTES)
        head = self._head(draft, "dispute_case", f"/dispute/{AREA}:{number}")
        return Dispute.model_validate(
            head
            | {
                "signal_id": f"dispute:/dispute/{AREA}:{number}",
                "certainty": Certainty.OBSERVED,
                "item_no": number,
                "class_code": code,
                "class_name": name,
                "accepted_at": self.moment(draft.observed_s),
                "due_at": self.moment(draft.observed_s) + timedelta(days=30),
                "state": "mediating",
                "lead_unit": "城关镇综治中心",
            }
        )

    def _words(self, draft: Draft, also: str = "") -> tuple[str, ...]:
        """Place names first, then the lexicon's tokens, as `ingest.feeds.claim` does."""
        places = [name for name in self._names if name in draft.text]
        places.sort(key=draft.text.index)
        return tuple(dict.fromkeys((*places, *read(f"{also} {draft.text}").words)))[:MAX_WORDS]

    def _place_names(self) -> tuple[str, ...]:
        half, step = self._streets.half, self._streets.ground.block_m
        lines = [line * step - half for line in range(int(2 * half // step) + 1)]
        streets = [name for at in lines for name in self._streets.names(at, at)]
        return tuple(dict.fromkeys([spot.name for spot in self._streets.spots] + streets))

    def _day(self, draft: Draft) -> str:
        return f"{self.moment(draft.observed_s).astimezone(BEIJING):%Y%m%d}"
