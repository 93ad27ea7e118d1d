"""Settings of every process, from `HUB_…` variables; unknown keys are refused with a hint."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.geo import Datum


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class KafkaSettings(_Section):
    """Which broker. Empty `bootstrap_servers`: the embedded one that `hub up` starts."""

    bootstrap_servers: str = ""
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    sasl_username: str = ""
    sasl_password: SecretStr = SecretStr("")
    ssl_cafile: Path | None = None
    ssl_certfile: Path | None = None
    ssl_keyfile: Path | None = None
    idempotent: bool = True
    """ignored (off) with the embedded broker, which refuses idempotent producers"""
    replication_factor: int = -1
    """-1: the broker's default"""
    fetch_max_wait_ms: int = 20


class DatabaseSettings(_Section):
    """Which PostgreSQL. Empty `url`: the embedded one that `hub up` starts."""

    url: SecretStr = SecretStr("")
    """postgresql://user:password@host:5432/hub"""
    pool_size: int = 5


class WebhookSettings(_Section):
    """One receiver of every change of an incident, signed as Standard Webhooks 1.0 says."""

    url: str
    secret: SecretStr
    """whsec_ and base64 of 24 bytes or more; the same at the receiver"""
    exercise: bool = False
    """told of drills instead of the real; never of both"""


class ConsoleSettings(_Section):
    """The command centre's web server."""

    host: str = "127.0.0.1"
    port: int = 8710
    public_url: str = ""
    """how browsers reach it; http://host:port when empty"""
    city_name: str = "一网通管"
    session_idle_minutes: int = 15
    session_hours: int = 12
    claim_minutes: int = 5
    undo_seconds: int = 30
    flood_count: int = Field(default=10, ge=2)
    flood_minutes: float = Field(default=10.0, gt=0, le=240)
    """more than so many incidents of one kind in one grid within so many minutes: the wall shows them as one row that
    opens; level 1 never"""
    suppression_hours: float = Field(default=72.0, gt=0)
    """the longest that an area may be suppressed in one order"""
    suppression_idle_minutes: float = Field(default=120.0, ge=0)
    """a suppression that has covered nothing for so long ends by itself; 0: it keeps its whole time"""
    suppression_km2: float = Field(default=4.0, gt=0)
    """the largest area of one suppression"""
    recurrence_days: int = Field(default=30, ge=1, le=366)
    recurrence_least: int = Field(default=3, ge=2)
    recurrence_radius_m: float = Field(default=100.0, gt=0, le=2000)
    """a recurrence spot: the same kind at least so often in so many days within so many metres"""
    webhooks: dict[str, WebhookSettings] = Field(default_factory=dict)
    """name → receiver, as JSON: {"bureau": {"url": "https://host/path", "secret": "whsec_…"}}"""
    media_origins: tuple[str, ...] = ()
    """https://host:port of media servers that `live_url` of cameras names: the page may play from nowhere else"""
    pmtiles: Path | None = None
    """an optional base map; no foreign tile is ever loaded"""
    map_dir: Path | None = None
    """GeoJSON layers (grids, roads, water, places, units.json); the demo's own when absent"""


class VisionSettings(_Section):
    """Cameras and detection."""

    streams: Path = Path("streams.yaml")
    model: Path | None = None
    """an ultralytics ONNX export, or an OpenVINO folder; the starter model of `hub assets` (416×256) when absent"""
    more_models: tuple[Path, ...] = ()
    """further models for what the first does not know (fire, smoke, helmets); asked only for cameras that want it"""
    engine: Literal["auto", "openvino", "onnxruntime", "ultralytics"] = "auto"
    """auto: ultralytics for .pt and .engine files, onnxruntime for a GPU, else OpenVINO"""
    device: Literal["cpu", "cuda", "tensorrt"] = "cpu"
    """where onnxruntime and ultralytics run"""
    classes: dict[str, str] = Field(default_factory=dict)
    """class of a model → the event type that rule `presence` tells of it, or a label that all rules know: {"fire":
    "flame_detected", "pedestrian": "person"}"""
    threads: int = 1
    min_confidence: float = 0.35
    tracked_fps: float = Field(default=4.0, gt=0, le=25)
    """pictures a second of a camera whose rules need tracks; more than the machine can do is shared out fairly"""
    max_load: float = Field(default=0.8, gt=0, le=1)
    """how much of one core the detector may take while pictures wait, so that the rest of the machine lives"""
    ring_mb: int = Field(default=32, ge=2)
    """memory for the newest packets of one camera, from which clips and live pictures are cut"""
    live_host: str = "127.0.0.1"
    """where this worker serves live pictures to consoles; 0.0.0.0 where a console runs on another machine"""
    live_port: int = 0
    """0: any free one; consoles learn it from the camera's status"""


class EvidenceSettings(_Section):
    """Where pictures and clips are kept, and for how long. Empty `s3_bucket`: files under `data_dir/evidence`."""

    keep_days: int = Field(default=30, ge=30)
    """at least, and until the incident is closed; a camera whose filed retention is longer keeps it longer"""
    s3_bucket: str = ""
    s3_endpoint: str = ""
    """https://host:port of an S3 store that is not Amazon's: MinIO, Ceph, a cloud's OSS"""
    s3_region: str = "us-east-1"
    s3_access_key: str = ""
    s3_secret_key: SecretStr = SecretStr("")


class FeedSettings(_Section):
    """What the feeds cannot say themselves."""

    datum: dict[str, Datum] = Field(default_factory=dict)
    """source → datum for records that carry none (pinyin records of a police system)"""
    silent_after_s: dict[str, float] = Field(
        default_factory=lambda: {"police_110": 600.0, "grid": 1800.0, "dispute": 86400.0, "petition": 86400.0}
    )
    bounds: tuple[float, float, float, float] | None = None
    """south, west, north, east of the county, WGS-84 degrees; a position outside is refused"""
    future_tolerance_s: float = 120.0
    """a report may be dated so much later than the hub's clock; beyond it is refused, for a clock is wrong"""
    default_district: str = "default"
    """the shard of a report that no district of the map holds"""
    level_inverted: frozenset[str] = frozenset()
    """sources (or their CloudEvents `source`) whose level 4 is the gravest instead of 1"""


class FusionSettings(_Section):
    """Fusion's shards and parameters."""

    partitions: dict[str, int] = Field(default_factory=dict)
    """district → partition of `signals` and `actions`"""
    params: Path | None = None
    """a JSON file of `fusion.policy.Params`; the built-in defaults when absent"""
    barriers: Path | None = None
    """a GeoJSON file of lines and areas that people do not cross: rivers, railways, elevated roads; their property
    `name` is shown. Instead of those in the parameters"""


class Settings(BaseSettings):
    """All of it. `HUB_KAFKA__BOOTSTRAP_SERVERS=…` sets `kafka.bootstrap_servers`."""

    model_config = SettingsConfigDict(
        env_prefix="HUB_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
    )

    data_dir: Path = Path("data")
    """embedded broker and database, evidence, keys"""
    exercise: bool = False
    """everything that comes in is marked 演练"""
    personal_key: SecretStr = SecretStr("")
    """32 bytes in base64 that seal personal fields and rejected bodies; `data_dir/keys/personal.key` when empty"""
    live_secret: SecretStr = SecretStr("")
    """what consoles and vision workers prove to each other for live pictures; `data_dir/keys/live.key` when empty"""
    log_format: Literal["json", "text"] = "json"
    metrics_host: str = "127.0.0.1"
    kafka: KafkaSettings = KafkaSettings()
    database: DatabaseSettings = DatabaseSettings()
    console: ConsoleSettings = ConsoleSettings()
    vision: VisionSettings = VisionSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    feeds: FeedSettings = FeedSettings()
    fusion: FusionSettings = FusionSettings()
