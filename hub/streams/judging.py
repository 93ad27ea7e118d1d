"""What a stream showed, judged in plain sentences in Chinese and English, the gravest first. Pure."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from contracts.errors import CameraFault, CameraUnavailable
from ingest.cadence import SMART_CODEC_GOP_S
from ingest.link import Link
from ingest.words import words_of

LEAST_FPS = 5.0
TRICKLE_FPS = 2.0
"""packets a second below which no keyframe is the fault of the line and not of a smart codec, which sends them all"""
SKEW_S = 5.0
"""a camera's clock may be off by so much: pictures and calls are matched by time"""
NO_CLOCK_S = 10 * 365 * 86_400.0
"""further off it is no clock but a counter since the camera started"""
B_FRAMES = 3
LONGEST_STEP_S, LEAST_STEPS, MOST_STEPS = 10.0, 20, 2_000
REGULAR, MOSTLY = 0.25, 0.8
"""a step is regular within so much of the usual one; so many must be before holes mean anything"""
HUGE_PIXELS = 2560 * 1440
LIVE_CODECS = ("h264", "hevc")

_UNITS = (
    (120, 1, "秒", "s"),
    (7200, 60, "分钟", "min"),
    (172_800, 3600, "小时", "h"),
    (math.inf, 86_400, "天", "days"),
)

Says = tuple[str, str]
"""one sentence, Chinese and English"""


class Verdict(IntEnum):
    """The worse, the greater."""

    OK = 0
    WARNING = 1
    NO_PICTURE = 2


@dataclass(slots=True)
class Order:
    """The order of the packets of one connection, as `Link.on_packet` shows it."""

    latest_s: float = -math.inf
    backwards: int = 0
    steps_s: list[float] = field(default_factory=list)
    """from each packet to the next, as long as they go forwards"""

    def note(self, stream_s: float) -> None:
        """Fold the time of one packet in."""
        self.backwards += stream_s < self.latest_s
        if 0 < stream_s - self.latest_s < LONGEST_STEP_S and len(self.steps_s) < MOST_STEPS:
            self.steps_s.append(stream_s - self.latest_s)
        self.latest_s = max(self.latest_s, stream_s)

    @property
    def missing(self) -> int:
        """Pictures that never came: holes of whole pictures in a stream that is regular otherwise. A decoder says
        nothing of a lost picture that was one packet. 0 with B-frames and for a camera with a rate of its own mind."""
        if self.backwards or len(self.steps_s) < LEAST_STEPS:
            return 0
        usual_s = sorted(self.steps_s)[len(self.steps_s) // 2]
        regular = sum(abs(step / usual_s - 1) < REGULAR for step in self.steps_s)
        if regular < MOSTLY * len(self.steps_s):
            return 0
        return sum(round(step / usual_s) - 1 for step in self.steps_s if step > 1.5 * usual_s)

    @property
    def has_b_frames(self) -> bool:
        """Pictures come in another order than they are shown, again and again; once is a clock that was set."""
        return self.backwards >= B_FRAMES


@dataclass(frozen=True, slots=True)
class StreamSeen:
    """What one stream showed."""

    stream: str
    """main or sub"""
    verdict: Verdict
    says: tuple[Says, ...]
    """every sentence, the gravest first"""
    fault: CameraFault | None = None
    first_picture_s: float | None = None
    codec: str = ""
    width: int = 0
    height: int = 0
    fps: float | None = None
    gop_s: float | None = None
    kbit_s: int | None = None
    skew_s: float | None = None
    """how far the camera's clock is ahead; None: the stream does not tell the time"""
    b_frames: bool = False
    corrupt: int = 0

    @property
    def zh(self) -> str:
        """All of it in Chinese."""
        return "".join(zh for zh, _ in self.says)

    @property
    def en(self) -> str:
        """All of it in English."""
        return " ".join(en for _, en in self.says)


def judged(
    name: str, link: Link, order: Order, first_picture_s: float | None, outage: CameraUnavailable | None, look_s: float
) -> StreamSeen:
    """What was seen of one stream, and what to do about it."""
    facts = link.facts
    skew_s = facts.skew_s if facts.skew_s is not None and abs(facts.skew_s) < NO_CLOCK_S else None
    if first_picture_s is None:
        fault, said = _no_picture(link, outage, look_s)
        verdict, sentences = Verdict.NO_PICTURE, [said]
    else:
        fault, sentences = None, list(_doubts(link, order, skew_s))
        verdict = Verdict.WARNING if sentences else Verdict.OK
        sentences = sentences or [("画面正常。", "The picture is fine.")]
    return StreamSeen(
        name, verdict, tuple(sentences), fault,
        None if first_picture_s is None else round(first_picture_s, 2), facts.codec, facts.width, facts.height,
        facts.fps, None if facts.gop_s is None else round(facts.gop_s, 2), facts.kbit_s,
        None if skew_s is None else round(skew_s, 1), order.has_b_frames, link.counters.corrupt,
    )  # fmt: skip


def _no_picture(link: Link, outage: CameraUnavailable | None, look_s: float) -> tuple[CameraFault, Says]:
    if outage is not None:
        return outage.fault, words_of(outage.fault, outage.detail)
    if not link.counters.packets:
        return CameraFault.TIMEOUT, words_of(CameraFault.TIMEOUT)
    if link.counters.packets < TRICKLE_FPS * look_s:
        return CameraFault.TIMEOUT, (
            f"能连上，但 {look_s:g} 秒内只收到 {link.counters.packets} 帧且没有关键帧：线路太慢或时断，请检查带宽。",
            f"It connects, but only {link.counters.packets} pictures and no keyframe came in {look_s:g} s: the line is "
            "too slow or comes and goes; check its bandwidth.",
        )
    return CameraFault.NO_KEYFRAME, (
        f"能连上，但 {look_s:g} 秒内没有关键帧：智能编码？请把关键帧间隔设为 1-2 秒，并关闭智能编码。",
        f"It connects, but no keyframe came in {look_s:g} s: a smart codec? Set the keyframe interval to 1-2 s.",
    )


def _doubts(link: Link, order: Order, skew_s: float | None) -> Iterator[Says]:
    facts = link.facts
    if link.counters.corrupt or order.missing:
        yield (
            f"有 {link.counters.corrupt} 帧损坏、{order.missing} 帧丢失：请检查网络丢包。",
            f"{link.counters.corrupt} pictures were damaged and {order.missing} missing: look for packet loss.",
        )
    if skew_s is not None and abs(skew_s) > SKEW_S:
        yield clock_words(skew_s)
    yield from _codec(facts.codec)
    if facts.clockless:
        yield "码流没有时间戳：只能按到达时间计时。", "The stream has no timestamps: arrival times are taken instead."
    if facts.gop_s is None or facts.gop_s > SMART_CODEC_GOP_S:
        yield (
            "关键帧间隔过长：请把间隔设为 1-2 秒，并关闭智能编码。",
            "Keyframes are too far apart: set 1-2 s and turn the smart codec off.",
        )
    if facts.fps is not None and facts.fps < LEAST_FPS:
        yield (
            f"每秒只有 {facts.fps:g} 帧：跟踪类规则至少需要 {LEAST_FPS:g} 帧。",
            f"Only {facts.fps:g} pictures a second: rules that track need {LEAST_FPS:g}.",
        )
    if order.has_b_frames:
        yield "含 B 帧：实时画面会延迟，请在摄像机上关闭 B 帧。", "It has B-frames: live view lags; turn them off."
    if facts.width * facts.height > HUGE_PIXELS:
        yield (
            f"分辨率 {facts.width}×{facts.height}：解码很费算力，请设为 1080p 或配置子码流。",
            f"{facts.width}×{facts.height} is dear to decode: set 1080p, or give the sub-stream.",
        )


def _codec(codec: str) -> Iterator[Says]:
    if codec not in LIVE_CODECS:
        yield (
            f"编码为 {codec.upper()}：带宽大，浏览器无法直播，请改为 H.264 或 H.265。",
            f"The codec is {codec.upper()}: much bandwidth and no live view; set H.264 or H.265.",
        )


def clock_words(skew_s: float) -> Says:
    """«时钟慢 47 秒»."""
    zh_way, en_way = ("快", "ahead") if skew_s > 0 else ("慢", "behind")
    size = abs(skew_s)
    _, unit_s, zh_unit, en_unit = next(unit for unit in _UNITS if size < unit[0])
    amount = round(size / unit_s)
    zone = abs(size / 3600 - round(size / 3600)) < 0.02 and size > 1800
    zh_mend, en_mend = ("像是时区设错", "is its time zone wrong?") if zone else ("请设置 NTP 校时", "set it by NTP")
    return f"时钟{zh_way} {amount} {zh_unit}：{zh_mend}。", f"Its clock is {amount} {en_unit} {en_way}: {en_mend}."
