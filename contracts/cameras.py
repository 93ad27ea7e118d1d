"""A camera as the registry knows it, its zones and rules, and what a worker says of its health."""

from datetime import date, time
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from contracts.contract import Contract
from contracts.errors import CameraFault
from contracts.geo import GeoPoint


class Bureau(StrEnum):
    """Whose camera it is: 城管, 交通, 住建."""

    URBAN_MANAGEMENT = "urban_management"
    TRAFFIC = "traffic"
    HOUSING_CONSTRUCTION = "housing_construction"


class Zone(Contract):
    """A polygon in the picture, corners as (x, y) fractions of width and height, so that it fits any stream."""

    name: str
    points: tuple[tuple[float, float], ...] = Field(min_length=3)


class Line(Contract):
    """A line in the picture, ends as (x, y) fractions; walking from `start` to `end`, `right` is on the right hand."""

    name: str
    start: tuple[float, float]
    end: tuple[float, float]


class Hours(Contract):
    """When something holds: days of the week and hours of local time; `until` before `start` runs past midnight."""

    days: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    """1 = Monday … 7 = Sunday (ISO 8601)"""
    dates: tuple[date, ...] = ()
    """only on these dates, when there are any; a market day, a fair, a school holiday"""
    start: time = time(0, 0)
    until: time = time(0, 0)
    """equal to `start`: all day"""


class Expected(Contract):
    """Activity that is usual here at such hours (market, end of school): counts up to `persons` are no happening."""

    name: str
    zone: str | None = None
    hours: Hours
    persons: int = Field(ge=0)


class Rule(Contract):
    """One rule on one camera; thresholds not named here are the rule's own defaults."""

    rule: str
    """a name of `detectors.rules`; camera_offline, video_quality_abnormal and camera_tampered are always on"""
    zone: str | None = None
    """name of the camera's zone; the whole picture when absent"""
    line: str | None = None
    """name of the camera's line, for rules that watch a line"""
    direction: Literal["both", "left", "right"] = "both"
    """which crossings count: to the left or to the right hand of one who walks the line from start to end"""
    hours: tuple[Hours, ...] = ()
    """the rule sleeps outside them; always awake when empty"""
    labels: tuple[str, ...] = ()
    """class names of the model that the rule `presence` looks for"""
    thresholds: dict[str, float] = Field(default_factory=dict)


class GroundPoint(Contract):
    """A pixel (fractions of width and height) whose place on the ground is known."""

    x: float
    y: float
    lat: float
    lon: float


class Legal(Contract):
    """公共安全视频图像信息系统管理条例 arts. 7, 9, 13, 14, 17: why this camera may be there."""

    legal_basis: Literal["7-1", "7-2", "9"] = "7-1"
    purpose: str
    sign_installed: bool
    filing_no: str
    retention_days: int = Field(default=30, ge=30)


class Camera(Contract):
    """A camera in the registry. Its URLs hold `${NAME}` references, never a password."""

    camera_id: str
    """20-digit GB/T 28181 id, or the owner's own text"""
    name: str
    bureau: Bureau
    url: str
    sub_url: str | None = None
    place: GeoPoint
    """where the camera hangs, WGS-84"""
    view: GeoPoint | None = None
    """the middle of what it sees, WGS-84; derived from bearing and range when absent"""
    height_m: float = 4.0
    bearing_deg: float = Field(default=0.0, ge=0, lt=360)
    """compass: 0 = north, clockwise"""
    view_angle_deg: float = Field(default=70.0, gt=0, le=360)
    view_range_m: float = Field(default=60.0, gt=0)
    district: str
    grid_code: str | None = None
    landmark_no: str | None = None
    decode: Literal["auto", "keyframes", "full", "sub"] = "auto"
    """auto: keyframes, and the sub-stream (or full) when a rule needs tracks"""
    priority: int = Field(default=3, ge=1, le=5)
    zones: tuple[Zone, ...] = ()
    lines: tuple[Line, ...] = ()
    masks: tuple[Zone, ...] = ()
    """privacy masks: these pixels are blanked before anything else sees them"""
    expected: tuple[Expected, ...] = ()
    tiles: int = Field(default=1, ge=1, le=4)
    """a wide view is looked at in so many tiles a side beside the whole, so that small things are seen"""
    live_url: str | None = None
    """a media server's address of this camera for browsers, in big installations"""
    rules: tuple[Rule, ...] = ()
    ground_points: tuple[GroundPoint, ...] = ()
    legal: Legal
    exercise: bool = False


class CameraHealth(StrEnum):
    """What the wall shows of a camera. Anything but `online` is «no picture», never «all clear»."""

    STARTING = "starting"
    ONLINE = "online"
    STALE = "stale"
    OFFLINE = "offline"


class Defect(StrEnum):
    """What can be wrong with a picture that comes (视频质量诊断); `no_stream` is said where none comes."""

    BLACK = "black"
    FROZEN = "frozen"
    NO_STREAM = "no_stream"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    BLURRED = "blurred"
    COLOUR_CAST = "colour_cast"
    MOSAIC = "mosaic"
    OCCLUDED = "occluded"
    MOVED = "moved"


class PictureDefect(Contract):
    """One thing that is wrong with a camera's picture now, for the integrator."""

    defect: Defect
    since: AwareDatetime
    zh: str
    """one plain sentence, with the figure it was judged by"""
    en: str


class CameraStatus(Contract):
    """What the vision worker says of a camera, every few seconds and at each change (topic `camera-status`)."""

    camera_id: str
    health: CameraHealth
    at: AwareDatetime
    since: AwareDatetime
    """when this state of health began"""
    last_frame_at: AwareDatetime | None = None
    fault: CameraFault | None = None
    why_zh: str = ""
    """one plain sentence for the integrator; no credential"""
    why_en: str = ""
    mode: Literal["keyframes", "sub", "full"] = "keyframes"
    codec: str = ""
    width: int = 0
    height: int = 0
    fps: float | None = None
    gop_s: float | None = None
    counters: dict[str, int] = Field(default_factory=dict)
    """packets, decoded, analysed, lost (newest wins), corrupt, reconnects, observations"""
    last_picture: str | None = None
    """reference of the last picture in the evidence store"""
    worker: str = ""
    epoch: int = 0
    """grows when another worker takes the camera over; what one of an older epoch still says is not heard"""
    live_at: str = ""
    """host:port at which this worker serves live pictures to consoles; empty: it does not"""
    defects: tuple[PictureDefect, ...] = ()
    """what is wrong with the picture; empty while it is fine or not yet judged"""
