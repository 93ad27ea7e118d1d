"""What a source puts on the wire: one letter is one report, in the words and the datum of its sender."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from contracts.geo import Datum, GeoPoint, offset
from contracts.intake import Feed
from hub.simulate.phrases import CallForm, GridForm
from hub.simulate.town import Town
from hub.simulate.work_items import DISPUTES, INFORMANT_PETITION, PETITIONS
from ingest.datum import from_wgs84

BEIJING = timezone(timedelta(hours=8))
AREA = "990199"
CALLERS = ("匿名", "张先生", "李女士", "王师傅")
UNITS = ("990199010100", "990199010200", "990199010300", "990199010400")


@dataclass(frozen=True, slots=True)
class Letter:
    """One report, ready to be sent `due_s` seconds after the start of the run."""

    due_s: float
    feed: Feed
    number: str
    body: bytes
    note: str = ""
    """why it is odd, when it is: duplicate, late, malformed, …"""


@dataclass(frozen=True, slots=True)
class Scene:
    """One happening in the simulated world."""

    point: GeoPoint
    trait: str
    people: int
    began_s: float


class Clerk:
    """Writes letters: knows the town, the numbering and the datum of each source; all chance comes from `rng`.

    Two clerks of one run differ by `series`, one digit in their numbers.
    """

    def __init__(self, town: Town, rng: random.Random, start: datetime, series: int = 0) -> None:
        self._town, self._rng, self._start = town, rng, start
        local = start.astimezone(BEIJING)
        self._day = f"{local:%Y%m%d}"
        self._run = f"{local.hour * 3600 + local.minute * 60 + local.second:05d}{series}"
        self._count = 0

    def _number(self) -> str:
        self._count += 1
        return f"{self._run}{self._count:04d}"

    def _time(self, at_s: float) -> datetime:
        return (self._start + timedelta(seconds=at_s)).astimezone(BEIJING).replace(microsecond=0)

    def _fill(self, sentence: str, scene: Scene, where: str) -> str:
        phone = f"1380000{self._rng.randrange(10_000):04d}"
        spoken = f"{phone[:3]} {phone[3:7]} {phone[7:]}" if self._rng.random() < 0.3 else phone
        return sentence.format(where=where, trait=scene.trait, n=scene.people, phone=spoken)

    def police_call(self, form: CallForm, scene: Scene, due_s: float, *, sure: bool = False) -> Letter:
        """A 110 call: half in our names, half in pinyin keys.

        One in ten has no address or position; a caller who is `sure` has, and is located within 50 m.
        """
        rng = self._rng
        number = f"{AREA}000000{self._day}{self._number()}"
        pole = self._town.pole_at(scene.point) if rng.random() < 0.25 else None
        where = self._town.address_of(scene.point)
        accuracy = 50.0 if sure else rng.choice((50.0, 100.0, 100.0, 200.0, 300.0))
        heard = blurred(scene.point, accuracy / 1.5, rng)
        nowhere = not sure and rng.random() < 0.1
        record: dict[str, Any] = {
            "call_no": number,
            "reported_at": self._time(due_s).isoformat(),
            "happened_at": self._time(scene.began_s).isoformat() if rng.random() < 0.3 else None,
            "category": form.category,
            "category_name": form.category_name,
            "subcategory": None,
            "level": form.level,
            "content": self._fill(rng.choice(form.says), scene, "这里" if nowhere else where),
            "address": "" if nowhere else where,
            "landmark_no": pole.name if pole and not nowhere else None,
            "position": None if nowhere else _position(heard, Datum.GCJ02, accuracy),
            "caller": {"name": rng.choice(CALLERS), "phone": f"1390000{rng.randrange(10_000):04d}"},
            "unit_code": rng.choice(UNITS),
            "main_call_no": None,
            "relation": None,
            "exercise": True,
        }
        own_names = rng.random() < 0.5
        body = self._envelope("police/110", "police.alert", number, record) if own_names else _bytes(pinyin(record))
        return Letter(due_s, Feed.POLICE_110, number, body, note="no address" if nowhere else "")

    def grid_report(self, form: GridForm, scene: Scene, due_s: float) -> Letter:
        """A grid worker's report: GPS of a telephone, the grid's code always."""
        rng = self._rng
        number = f"WG-{self._day}-{self._number()}"
        accuracy = rng.choice((10.0, 15.0, 20.0, 30.0))
        seen = blurred(scene.point, max(10.0, accuracy), rng)
        datum = rng.choice((Datum.WGS84, Datum.WGS84, Datum.CGCS2000, Datum.GCJ02, Datum.BD09))
        record: dict[str, Any] = {
            "report_no": number,
            "reported_at": self._time(due_s).isoformat(),
            "grid_code": self._town.grid_of(scene.point).grid_code,
            "origin": rng.choice(("grid_worker", "grid_worker", "grid_worker", "resident", "hotline_12345")),
            "class_code": form.class_code,
            "class_name": form.class_name,
            "description": self._fill(rng.choice(form.writes), scene, self._town.address_of(scene.point)),
            "position": _position(seen, datum, accuracy),
            "photos": [],
            "reporter_ref": f"W-{rng.randrange(1, 400):04d}",
            "exercise": True,
        }
        return Letter(due_s, Feed.GRID, number, self._envelope("grid", "grid.report", number, record))

    def dispute(self, due_s: float) -> Letter:
        """A mediation case: a place and a clock, no names."""
        code, name = self._rng.choice(DISPUTES)
        return self._work_item(Feed.DISPUTE, "JF", code, name, due_s, days=30, parties=self._rng.randrange(2, 6))

    def petition(self, due_s: float, *, informant: bool = False) -> Letter:
        """A petition; an informant's one is sent only to be refused."""
        code, name = INFORMANT_PETITION if informant else self._rng.choice(PETITIONS)
        letter = self._work_item(Feed.PETITION, "XF", code, name, due_s, days=60, parties=None)
        return replace(letter, note="informant") if informant else letter

    def _work_item(
        self, feed: Feed, prefix: str, code: str, name: str, due_s: float, *, days: int, parties: int | None
    ) -> Letter:
        number = f"{prefix}-{self._day}-{self._number()}"
        point = self._town.street_point(self._rng)
        record: dict[str, Any] = {
            "item_no": number,
            "class_code": code,
            "class_name": name,
            "accepted_at": self._time(due_s).isoformat(),
            "due_at": self._time(due_s + days * 86_400).isoformat(),
            "state": "mediating" if feed is Feed.DISPUTE else "accepted",
            "grid_code": self._town.grid_of(point).grid_code,
            "position": _position(point, Datum.CGCS2000, 60.0),
            "lead_unit": "城关镇综治中心",
            "exercise": True,
        }
        if parties is not None:
            record["parties_count"] = parties
        return Letter(due_s, feed, number, self._envelope(feed.value, f"{feed.value}.item", number, record))

    def _envelope(self, path: str, kind: str, number: str, record: Mapping[str, Any]) -> bytes:
        return _bytes({
            "specversion": "1.0",
            "id": number,
            "source": f"/{path}/{AREA}",
            "type": f"cn.hub.{kind}.v1",
            "time": record.get("reported_at", record.get("accepted_at")),
            "datacontenttype": "application/json",
            "data": record,
        })  # fmt: skip


def pinyin(record: Mapping[str, Any]) -> dict[str, str]:
    """The same call as a police system sends it: pinyin keys, compact local times, no datum."""
    position = record["position"] or {}
    compact = {key: str(record[key])[:19].translate(_NO_MARKS) for key in ("reported_at", "happened_at") if record[key]}
    keys = {
        "JJDBH": record["call_no"],
        "BJSJ": compact["reported_at"],
        "JQFSSJ": compact.get("happened_at"),
        "JQLBDM": record["category"],
        "JQLBMC": record["category_name"],
        "JQDJDM": record["level"],
        "BJNR": record["content"],
        "JQDZ": record["address"],
        "TZDBH": record["landmark_no"],
        "FXDWJD": position.get("lon"),
        "FXDWWD": position.get("lat"),
        "BJRMC": record["caller"]["name"],
        "LXDH": record["caller"]["phone"],
        "GXDWDM": record["unit_code"],
        "GLZJJDBH": record["main_call_no"],
    }
    return {key: str(value) for key, value in keys.items() if value not in (None, "")}


def spoiled(letter: Letter, rng: random.Random) -> Letter:
    """The letter with one of the mistakes that senders make; the hub must say which."""
    mistake = rng.choice(("not JSON", "no number", "datum missing", "far away", "time unreadable"))
    if mistake == "not JSON":
        return replace(letter, body=letter.body[: len(letter.body) // 2], note=mistake)
    document: dict[str, Any] = json.loads(letter.body)
    record = document.get("data", document)
    if mistake == "datum missing" and isinstance(record.get("position"), dict):
        del record["position"]["datum"]
    elif mistake == "far away" and isinstance(record.get("position"), dict):
        record["position"] |= {"lat": 22.5431, "lon": 114.0579}
    elif mistake == "time unreadable":
        record["BJSJ" if "BJSJ" in record else "reported_at" if "reported_at" in record else "accepted_at"] = "昨天下午"
    else:
        record.pop("JJDBH" if "JJDBH" in record else "call_no" if "call_no" in record else "report_no", None)
        record.pop("item_no", None)
    return replace(letter, body=_bytes(document), note=mistake)


def changed(letter: Letter, due_s: float) -> Letter:
    """The same number again with more said: the source's next update."""
    document = json.loads(letter.body)
    record = document.get("data", document)
    for key in ("content", "BJNR", "description"):
        if key in record:
            record[key] += "（补充：现场仍有人，请尽快处理）"
    return replace(letter, due_s=due_s, body=_bytes(document), note="update")


def blurred(point: GeoPoint, sigma_m: float, rng: random.Random) -> GeoPoint:
    """The point as an instrument with this standard deviation per axis sees it."""
    return offset(point, north_m=rng.gauss(0.0, sigma_m), east_m=rng.gauss(0.0, sigma_m))


def _position(point: GeoPoint, datum: Datum, accuracy_m: float) -> dict[str, Any]:
    sent = from_wgs84(point, datum)
    return {"lat": round(sent.lat, 6), "lon": round(sent.lon, 6), "datum": datum.value, "accuracy_m": accuracy_m}


_NO_MARKS = str.maketrans("", "", "-:T")


def _bytes(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
