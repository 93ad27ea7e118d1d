"""The shape of streams.yaml; its docstrings become the descriptions of the JSON Schema that editors complete from."""

from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from contracts.cameras import Bureau
from contracts.geo import Datum
from detectors.rules.defaults import DEFAULTS

BUREAU_ZH = {
    "城管": Bureau.URBAN_MANAGEMENT,
    "交通": Bureau.TRAFFIC,
    "住建": Bureau.HOUSING_CONSTRUCTION,
}

RuleName = Annotated[str, WithJsonSchema({"type": "string", "enum": sorted(DEFAULTS)})]
"""one of the detectors' rules; `agreement` refuses others, with the nearest name"""

MINUTES_A_DAY = 24 * 60
SECONDS_AN_HOUR = 3600
"""18:30:00 is a number of seconds, never below this; 18:30 one of minutes, never above a day's"""


def _bureau(value: object) -> object:
    return BUREAU_ZH.get(value, value) if isinstance(value, str) else value


def _time_of_day(value: object) -> object:
    """YAML 1.1 reads 18:30 without quotes as a number to base 60, and 24:00 is how people write the end of a day."""
    if isinstance(value, str) and value.strip() in ("24:00", "24:00:00"):
        return time(0, 0)
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    minutes = value // 60 if value >= SECONDS_AN_HOUR else value
    if not 0 <= minutes <= MINUTES_A_DAY:
        raise ValueError('an hour of the day in quotes: "18:30"')
    return time(minutes // 60 % 24, minutes % 60)


Fraction = Annotated[float, Field(ge=0, le=1)]
TimeOfDay = Annotated[
    time, BeforeValidator(_time_of_day), WithJsonSchema({"type": ["string", "integer"], "examples": ["18:30"]})
]
BureauName = Annotated[
    Bureau, BeforeValidator(_bureau, json_schema_input_type=Bureau | Literal["城管", "交通", "住建"])
]


class Entry(BaseModel):
    """A mapping in the file. Unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class PlaceEntry(Entry):
    """A position as a map or a GPS showed it, with the datum of that map."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    datum: Datum | None = None
    """WGS-84, CGCS2000 (GPS, 天地图), GCJ-02 (高德, 腾讯) or BD-09 (百度); from `defaults.datum` when absent"""


class GroundPointEntry(PlaceEntry):
    """A spot in the picture whose place on the ground is known; four or more make positions exact."""

    x: Fraction
    """fraction of the picture's width, from the left"""
    y: Fraction
    """fraction of the picture's height, from the top"""


class ZoneEntry(Entry):
    """A polygon in the picture."""

    name: str = Field(min_length=1)
    points: tuple[tuple[Fraction, Fraction], ...] = Field(min_length=3)
    """corners [x, y] as fractions of width and height, so that they fit the main and the sub-stream"""


class LineEntry(Entry):
    """A line in the picture; walking from `start` to `end`, right is on the right hand."""

    name: str = Field(min_length=1)
    start: tuple[Fraction, Fraction]
    """[x, y] as fractions of width and height"""
    end: tuple[Fraction, Fraction]


class HoursEntry(Entry):
    """When something holds, in local time."""

    days: tuple[Annotated[int, Field(ge=1, le=7)], ...] = Field(default=(1, 2, 3, 4, 5, 6, 7), min_length=1)
    """1 = Monday … 7 = Sunday"""
    dates: tuple[date, ...] = ()
    """only on these dates, when there are any: a market day, a fair"""
    start: TimeOfDay = time(0, 0)
    until: TimeOfDay = time(0, 0)
    """before `start`: past midnight; equal to it: all day"""


class ExpectedEntry(Entry):
    """What is usual here at such hours (market, end of school): counts up to `persons` are no happening."""

    name: str = Field(min_length=1)
    zone: str | None = None
    """the name of one of the camera's zones; the whole picture when absent"""
    hours: HoursEntry
    persons: int = Field(ge=0)


class RuleEntry(Entry):
    """One rule on this camera. `camera_offline` is always on; written here it only takes other thresholds."""

    rule: RuleName
    zone: str | None = None
    """the name of one of the camera's zones; the whole picture when absent"""
    line: str | None = None
    """the name of one of the camera's lines, for rules that watch a line"""
    direction: Literal["both", "left", "right"] = "both"
    """which crossings count: to the left or to the right hand of one who walks the line from start to end"""
    hours: tuple[HoursEntry, ...] = ()
    """the rule sleeps outside them; always awake when empty"""
    labels: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """class names of the model that the rule `presence` looks for"""
    thresholds: dict[str, float] = Field(default_factory=dict)
    """only what differs from the rule's own defaults"""


class LegalEntry(Entry):
    """公共安全视频图像信息系统管理条例: why this camera may be there."""

    basis: Literal["7-1", "7-2", "9"] | None = None
    """article: 7-1 built by government, 7-2 by the operator of a public place, 9 others"""
    purpose: str | None = Field(default=None, min_length=2)
    """what public safety purpose it serves (arts. 7, 9)"""
    sign: bool | None = None
    """whether a visible sign tells people of the camera (art. 13)"""
    filing_no: str | None = Field(default=None, min_length=1)
    """the number of its filing with the public security organ (art. 14)"""
    retention_days: int | None = Field(default=None, ge=30)
    """days that recordings are kept: at least 30 (art. 17)"""


class SharedEntry(Entry):
    """What a camera may take over from `defaults`."""

    bureau: BureauName | None = None
    """whose camera: urban_management (城管), traffic (交通) or housing_construction (住建)"""
    district: str | None = None
    """a key of `districts`: the shard whose fusion hears this camera"""
    decode: Literal["auto", "keyframes", "full", "sub"] | None = None
    """auto: keyframes, and the sub-stream (or full) when a rule needs tracks"""
    priority: int | None = Field(default=None, ge=1, le=5)
    """1 is looked at first when the machine is short of time"""
    height_m: float | None = Field(default=None, gt=0, le=200)
    """above the ground, metres"""
    view_angle_deg: float | None = Field(default=None, gt=0, le=360)
    """horizontal angle of view"""
    view_range_m: float | None = Field(default=None, gt=0, le=5000)
    """how far it sees well enough to tell people apart"""
    legal: LegalEntry | None = None


class DefaultsEntry(SharedEntry):
    """Taken over by every camera that does not say otherwise."""

    datum: Datum | None = None


class CameraEntry(SharedEntry):
    """One camera."""

    id: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    """20-digit GB/T 28181 device code in quotes, or your own text"""
    name: str = Field(min_length=1)
    url: str
    """rtsp:// or rtsps:// address of the main stream; passwords only as ${NAME}. The certificate of rtsps must be
    signed by an authority that the machine knows, or that SSL_CERT_FILE names"""
    sub_url: str | None = None
    """address of the sub-stream (640×360 at 10 frames a second is plenty)"""
    place: PlaceEntry
    """where the camera hangs"""
    place_type: str | None = None
    """what kind of place it watches; private places (art. 8) are refused"""
    view: PlaceEntry | None = None
    """the middle of what it sees; worked out from bearing and range when absent"""
    bearing_deg: float = Field(default=0.0, ge=0, lt=360)
    """where it looks, compass: 0 north, 90 east (GB/T 28181's own 0 is east: convert)"""
    grid_code: str | None = None
    landmark_no: str | None = None
    """number of the lamp post or pole"""
    live_url: str | None = None
    """a media server's address of this camera for browsers (http, https, ws, wss), in big installations"""
    tiles: int = Field(default=1, ge=1, le=4)
    """a wide view is looked at in so many tiles a side beside the whole, so that small things are seen"""
    zones: tuple[ZoneEntry, ...] = ()
    lines: tuple[LineEntry, ...] = ()
    masks: tuple[ZoneEntry, ...] = ()
    """privacy masks (windows, doors): these pixels are blanked before anything else sees them"""
    expected: tuple[ExpectedEntry, ...] = ()
    """the calendar of what is usual here"""
    rules: tuple[RuleEntry, ...] = ()
    ground_points: tuple[GroundPointEntry, ...] = ()
    exercise: bool | None = None
    """true: everything it reports is marked 演练"""


class DistrictEntry(Entry):
    """A group of townships at least 5 km across."""

    name: str


class StreamsEntry(Entry):
    """The whole file."""

    version: Literal[1] = 1
    exercise: bool = False
    """true: every camera is marked 演练"""
    defaults: DefaultsEntry = DefaultsEntry()
    districts: dict[str, DistrictEntry] = Field(default_factory=dict)
    cameras: tuple[CameraEntry, ...] = ()


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of streams.yaml."""
    schema = StreamsEntry.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "streams.yaml"} | {
        key: value for key, value in schema.items() if key != "title"
    }
