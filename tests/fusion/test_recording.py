import json
from pathlib import Path

import pytest

from contracts.actions import Action
from contracts.errors import Unreadable
from contracts.signals import Signal
from fusion.crossing import MACHINE, adopt_id
from fusion.policy import Params
from fusion.recording import Replay, decision_line, read_line, replay_lines
from tests.fusion.scene import Town, action_bytes, at, call, dispute, grid, petition, seen, signal_bytes

REPLAYS = Path(__file__).resolve().parents[1] / "replays"


def recorded(*signals: Signal) -> bytes:
    return b"\n".join(signal_bytes(signal) for signal in signals)


def replayed(recording: bytes) -> str:
    lines = [read_line(raw) for raw in recording.splitlines() if raw.strip()]
    decisions = [d for outputs in replay_lines(lines, Params()) for d in outputs.decisions]
    return "".join(json.dumps(decision_line(d), ensure_ascii=False, separators=(",", ":")) + "\n" for d in decisions)


def square() -> bytes:
    """The crowd on the square: cameras, calls, a grid report, late and repeated records, and what people made of it."""
    words = ("聚集", "争吵")
    crowd = [
        seen(count=12),
        seen("cam-2", 25, north=12, event_type="crowd_growing"),
        call(words=words),
        call("call-2", 140, north=30, east=10, words=words),
        call("call-3", 200, north=400, main_call_no="call-2", relation="duplicate_report"),
        call(words=words),
        seen(update=1, count=23, received_at=at(240)),
        dispute(),
        petition(),
        seen("dead", 300, event_type="camera_offline", north=70),
        grid(words=("争吵", "围观")),
        call("far", 400, north=900, event_type="call_traffic"),
        seen("late", 35, north=8, received_at=at(420)),
    ]
    town = Town()
    town.hear(*crowd)
    incident = town.of(seen())
    steps = [("accept", {"signal_id": "call-2"}), ("split", {"signal_ids": ["late"]}), ("undo", {"action_id": "act-2"})]
    actions = []
    for name, arguments in steps:
        action = town.action(name, incident.incident_id, town.now_of(incident).revision, **arguments)
        assert town.do(action).accepted
        actions.append(action_bytes(action))
    after = [grid("next-day", 90_000, kind="crowd")]
    return b"\n".join([recorded(*crowd), *actions, recorded(*after)]) + b"\n"


def street() -> bytes:
    """A crash that is called in before a camera's observation comes, with congestion behind it and a fire elsewhere."""
    return recorded(
        call("crash", 60, event_type="call_traffic", sigma=100),
        seen("crash-cam", 5, north=40, event_type="traffic_accident_suspected", received_at=at(90)),
        seen("down", 20, north=38, event_type="person_down", received_at=at(95)),
        seen("jam", 400, north=150, event_type="traffic_congestion"),
        seen("parked", 420, north=45, event_type="illegal_parking"),
        seen("flame", 500, north=-300, event_type="flame_detected"),
        call("fire", 620, north=-260, east=30, event_type="call_fire"),
        grid("road", 1500, north=35, kind="road_hazard"),
    ) + b"\n"  # fmt: skip


@pytest.mark.parametrize("name", ["square", "street"])
def test_a_recorded_hour_gives_the_golden_decisions_byte_for_byte(name: str) -> None:
    recording = (REPLAYS / f"{name}.jsonl").read_bytes()
    assert replayed(recording) == (REPLAYS / f"{name}.decisions.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "made"), [("square", square), ("street", street)])
def test_the_recordings_are_those_of_the_scenes(name: str, made: object) -> None:
    assert (REPLAYS / f"{name}.jsonl").read_bytes() == made()  # type: ignore[operator]


def test_silence_passes_in_a_replay_as_it_did_live() -> None:
    replay = Replay(Params())
    for signal in (seen(), call("next-day", 90_000, north=900)):
        list(replay.take(read_line(signal_bytes(signal))))
    incidents = replay.states()["990199-east"].book.incidents.values()
    assert [incident.closed_by for incident in incidents] == ["silence", ""]


def test_the_log_s_own_time_goes_before_the_edge_s() -> None:
    raw = json.dumps(json.loads(signal_bytes(seen())) | {"arrived_at": "2026-11-24T08:40:00+08:00"}).encode()
    assert read_line(raw).arrived_at == at(588)
    assert read_line(signal_bytes(seen())).arrived_at == seen().received_at


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        pytest.param(b"{", "", id="no json"),
        pytest.param(b'{"id":"1","source":"s","type":"cn.hub.incident.v1","data":{}}', "type", id="an incident"),
        pytest.param(
            signal_bytes(seen()).replace(b'{"specversion"', b'{"arrived_at":"noon","specversion"'), "arrived_at",
            id="a time in words",
        ),
        pytest.param(signal_bytes(call(place_text="a\0b")), "", id="a NUL, which the database cannot keep"),
    ],
)  # fmt: skip
def test_a_bad_line_says_what_is_wrong(raw: bytes, field: str) -> None:
    with pytest.raises(Unreadable) as bad:
        read_line(raw)
    assert bad.value.field == field


@pytest.mark.parametrize("recorded", [False, True], ids=["not in the file", "in the file at its own time"])
def test_what_one_district_sends_to_another_is_taken_in_once(recorded: bool) -> None:
    first = [read_line(signal_bytes(one)) for one in (seen(), call(district="990199-west"))]
    replay = Replay(Params(), {adopt_id("a")} if recorded else ())
    east, west = (next(d.incident_id for o in replay.take(line) for d in o.decisions) for line in first)
    assert east is not None
    assert west is not None
    ceded = Action(
        action_id="a", incident_id=west, district="990199-west", expected_revision=1, action="cede", by=MACHINE,
        at=at(60), arguments={"to": east, "to_district": "990199-east"},
    )  # fmt: skip
    outputs = list(replay.take(read_line(action_bytes(ceded))))
    assert len(outputs) == (1 if recorded else 2)
    if recorded:
        outputs += replay.take(read_line(action_bytes(outputs[0].forwards[0])))
    incidents = replay.states()["990199-east"].book.incidents
    assert sorted(incidents[east].seats) == ["call-1", "cam-1"]


def test_a_replay_watches_the_borders_when_told_to() -> None:
    fire = {"event_type": "call_fire", "kind": "fire"}
    signals = [
        call("a", north=0, east=0, sigma=33, **fire),
        call("b", 300, north=10, east=5, sigma=33, district="990199-west", **fire),
    ]
    lines = [read_line(signal_bytes(one)) for one in signals]
    for borders, alive in ((True, 1), (False, 2)):
        replay = Replay(Params(), borders=borders)
        for line in lines:
            list(replay.take(line))
        incidents = [one for state in replay.states().values() for one in state.book.incidents.values()]
        assert len([one for one in incidents if one.live]) == alive
