"""What a stream showed, said in plain sentences; and one camera that is in the list twice."""

from datetime import UTC, datetime

import pytest

from contracts.errors import CameraFault, CameraUnavailable
from hub.streams import read
from hub.streams.judging import Order, Verdict, clock_words, judged
from hub.streams.noticing import address_of, twice
from ingest.link import Counters, Link, StreamFacts

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
DOWN = CameraUnavailable(CameraFault.REFUSED, "h:1")
RUNS = Order(latest_s=4)
GOOD = {"codec": "h264", "gop_s": 2.0, "fps": 25.0}


def holes(count: int) -> Order:
    """25 pictures a second, of which some did not come."""
    order = Order()
    for number in range(60):
        if number % 20 or not 0 < number <= 20 * count:
            order.note(number * 0.04)
    return order


def uneven() -> Order:
    """A camera that sends as it likes."""
    order = Order()
    for number in range(60):
        order.note(number * 0.04 + (number % 3) * 0.015)
    return order


JUDGED: dict[str, tuple[dict[str, object], Counters, Order, float | None, CameraUnavailable | None, Verdict, str]] = {
    "fine": ({}, Counters(), RUNS, 1.0, None, Verdict.OK, "The picture is fine."),
    "smart codec": ({"gop_s": 5.1}, Counters(), RUNS, 1.0, None, Verdict.WARNING, "smart codec"),
    "just close enough": ({"gop_s": 5.0}, Counters(), RUNS, 1.0, None, Verdict.OK, "fine"),
    "one keyframe": ({"gop_s": None}, Counters(), RUNS, 1.0, None, Verdict.WARNING, "Keyframes"),
    "slow": ({"fps": 4.9}, Counters(), RUNS, 1.0, None, Verdict.WARNING, "4.9 pictures a second"),
    "slow enough": ({"fps": 5.0}, Counters(), RUNS, 1.0, None, Verdict.OK, "fine"),
    "loss": ({}, Counters(corrupt=1), RUNS, 1.0, None, Verdict.WARNING, "damaged"),
    "pictures missing": ({}, Counters(), holes(2), 1.0, None, Verdict.WARNING, "0 pictures were damaged and 2 missing"),
    "no rate of its own": ({}, Counters(), uneven(), 1.0, None, Verdict.OK, "fine"),
    "clock behind": ({"skew_s": -47.2}, Counters(), RUNS, 1.0, None, Verdict.WARNING, "47 s behind"),
    "clock just right": ({"skew_s": 5.0}, Counters(), RUNS, 1.0, None, Verdict.OK, "fine"),
    "no clock but a counter": ({"skew_s": -1.7e9}, Counters(), RUNS, 1.0, None, Verdict.OK, "fine"),
    "MJPEG": ({"codec": "mjpeg"}, Counters(), RUNS, 1.0, None, Verdict.WARNING, "MJPEG"),
    "B-frames": ({}, Counters(), Order(4, backwards=3), 1.0, None, Verdict.WARNING, "B-frames"),
    "a clock that was set": ({}, Counters(), Order(4, backwards=2), 1.0, None, Verdict.OK, "fine"),
    "no timestamps": ({"clockless": True}, Counters(), RUNS, 1.0, None, Verdict.WARNING, "no timestamps"),
    "4K": ({"width": 3840, "height": 2160}, Counters(), RUNS, 1.0, None, Verdict.WARNING, "3840×2160"),
    "portrait": ({"width": 1080, "height": 1920}, Counters(), RUNS, 1.0, None, Verdict.OK, "fine"),
    "no keyframe": ({}, Counters(packets=16), RUNS, None, None, Verdict.NO_PICTURE, "no keyframe came in 8 s"),
    "a trickle": ({}, Counters(packets=15), RUNS, None, None, Verdict.NO_PICTURE, "the line is too slow"),
    "nothing": ({}, Counters(), Order(), None, None, Verdict.NO_PICTURE, "Nothing comes"),
    "refused": ({}, Counters(), Order(), None, DOWN, Verdict.NO_PICTURE, "(h:1)"),
}


@pytest.mark.parametrize(
    ("facts", "counters", "order", "first_s", "outage", "verdict", "says"), JUDGED.values(), ids=JUDGED
)
def test_a_stream_is_judged_in_plain_sentences(
    facts: dict[str, object],
    counters: Counters,
    order: Order,
    first_s: float | None,
    outage: CameraUnavailable | None,
    verdict: Verdict,
    says: str,
) -> None:
    known = StreamFacts(**(GOOD | facts))  # type: ignore[arg-type]
    link = Link("c", "rtsp://h/1", lambda: NOON, lambda frame: None, counters=counters, facts=known)
    seen = judged("main", link, order, first_s, outage, 8)
    assert seen.verdict is verdict
    assert says in seen.en
    assert seen.zh


def test_every_doubt_is_told_the_gravest_first() -> None:
    known = StreamFacts(codec="mjpeg", gop_s=0.2, fps=4.0, skew_s=60)
    link = Link("c", "u", lambda: NOON, lambda frame: None, facts=known, counters=Counters(corrupt=3))
    said = judged("main", link, RUNS, 1.0, None, 8).zh
    assert [said.index(word) for word in ("损坏", "时钟快 60 秒", "MJPEG", "4 帧")] == sorted(
        said.index(word) for word in ("损坏", "时钟快 60 秒", "MJPEG", "4 帧")
    )


@pytest.mark.parametrize(
    ("skew_s", "zh", "en"),
    [
        (-47, "时钟慢 47 秒：请设置 NTP 校时。", "47 s behind"),
        (119, "时钟快 119 秒", "119 s ahead"),
        (-600, "时钟慢 10 分钟", "10 min behind"),
        (-28_800, "时钟慢 8 小时：像是时区设错。", "time zone"),
        (400 * 86_400, "时钟快 400 天", "400 days"),
    ],
)
def test_a_clock_is_told_in_units_a_person_uses(skew_s: float, zh: str, en: str) -> None:
    said = clock_words(skew_s)
    assert zh in said[0]
    assert en in said[1]


HEAD = """\
districts: {e: {name: East}}
defaults: {datum: WGS-84, bureau: 交通, district: e, legal: {purpose: safety, sign: true, filing_no: F-0}}
cameras:
  - {id: "99019901081320000001", name: a, url: "rtsp://a:${P}@h/1", place: {lat: 34, lon: 118}, bearing_deg: 355}
"""


@pytest.mark.parametrize(
    ("other", "says"),
    [
        pytest.param(
            'id: b, url: "rtsp://gw/rtp/9901_99019901081320000001", place: {lat: 35, lon: 118}', "code", id="code"
        ),
        pytest.param('id: b, url: "rtsp://h:554/1/", place: {lat: 35, lon: 118}', "address: h:554/1", id="address"),
        pytest.param(
            'id: b, url: "rtsp://x/1", sub_url: "rtsp://H/1", place: {lat: 35, lon: 118}', "address", id="as sub"
        ),
        pytest.param(
            'id: b, url: "rtsp://x/1", place: {lat: 34.00002, lon: 118}, bearing_deg: 4', "2 m apart", id="view"
        ),
        pytest.param('id: b, url: "rtsp://x/1", place: {lat: 34.00004, lon: 118}, bearing_deg: 4', "", id="4 m apart"),
        pytest.param('id: b, url: "rtsp://x/1", place: {lat: 34, lon: 118}, bearing_deg: 8', "", id="looks elsewhere"),
        pytest.param('id: b, url: "rtsp://h:8554/1", place: {lat: 35, lon: 118}', "", id="another port"),
    ],
)
def test_one_camera_reached_in_two_ways_is_noticed(other: str, says: str) -> None:
    found = twice(read(f"{HEAD}  - {{name: b, {other}}}\n").cameras)
    assert len(found) == bool(says)
    if says:
        assert (found[0].one, found[0].other) == ("99019901081320000001", "b")
        assert says in found[0].en


def test_an_address_forgets_user_and_spelling() -> None:
    assert address_of("rtsp://u:${P}@Host/ch/1/?x=1") == "host:554/ch/1?x=1"
