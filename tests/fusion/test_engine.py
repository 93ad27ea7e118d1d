import pytest

from contracts.geo import GeoPoint, distance_m
from contracts.incidents import IncidentState
from contracts.kinds import Kind
from contracts.signals import Signal
from fusion.policy import Params
from tests.fusion.scene import Town, at, banded, call, dispute, grid, petition, seen


def test_a_camera_a_call_and_a_grid_report_become_one_incident() -> None:
    town = Town()
    assert town.hear(seen()).chosen == "new"
    assert town.of(seen()).state is IncidentState.TENTATIVE
    assert town.hear(call()).p > 0.5
    assert town.hear(grid()).p >= 0.9
    incident = town.of(seen())
    assert incident.sources == {"camera": 1, "grid": 1, "police_110": 1}
    assert (incident.revision, incident.state, incident.kind) == (3, IncidentState.OPEN, Kind.CROWD)
    assert incident.event_types == ("crowd_gathering", "call_public_order", "grid_emergency")
    assert incident.observed_at == at(0)
    assert incident.last_signal_at == at(388)
    assert incident.severity == 2


def test_every_join_says_why_in_both_languages() -> None:
    town = Town()
    town.hear(seen(words=("红色轿车",)), call(words=("红色轿车", "争吵")))
    member = town.of(call()).signals[1]
    assert member.sentence_zh.startswith("相距 38 米(±")
    assert "晚报 53 秒(该来源中位 5 分钟)" in member.sentence_zh
    assert member.sentence_zh.endswith("共同词: 红色轿车")
    assert "38 m apart" in member.sentence_en
    assert member.lag_s == 53


@pytest.mark.parametrize(
    "far",
    [
        pytest.param(call(north=700, east=0), id="700 m away"),
        pytest.param(call(t=3 * 3600), id="3 hours later"),
        pytest.param(call(event_type="call_noise"), id="a kind that never meets a crowd"),
        pytest.param(call(event_type="call_other"), id="a call that says nothing about the kind"),
        pytest.param(call(exercise=False), id="a real call beside an exercise"),
    ],
)
def test_what_is_not_the_same_happening_is_a_new_incident(far: Signal) -> None:
    town = Town(Params())
    decision = town.hear(seen(), far)
    assert decision.chosen == "new"
    assert len(town.incidents) == 2


def test_a_near_miss_is_told_as_a_candidate() -> None:
    town = Town()
    decision = town.hear(seen(), call(north=190, east=0))
    assert decision.chosen == "new"
    assert 0 < decision.candidates[0].p < 0.5
    assert decision.margin > 0


@pytest.mark.parametrize(
    ("joined", "provisional", "chosen"),
    [
        pytest.param(0.9, 0.5, "join", id="at or above joined"),
        pytest.param(1.0, 0.5, "provisional", id="below joined"),
        pytest.param(1.0, 0.98, "new", id="below provisional"),
    ],
)
def test_the_bands_say_how_a_join_is_shown(joined: float, provisional: float, chosen: str) -> None:
    town = Town(banded(joined=joined, provisional=provisional))
    assert town.hear(seen(), call()).chosen == chosen


@pytest.mark.parametrize(
    ("signal", "keeps_row"),
    [
        pytest.param(call(sigma=150), True, id="a provisional call"),
        pytest.param(grid(sigma=15, t=14000, kind="crowd"), True, id="a provisional report of level 2"),
        pytest.param(grid(sigma=15, t=14000, kind="crowd", severity=3), False, id="a provisional report of level 3"),
        pytest.param(call(), False, id="a call that joined"),
    ],
)
def test_a_provisional_call_or_grave_signal_keeps_its_own_row(signal: Signal, keeps_row: bool) -> None:
    town = Town()
    town.hear(seen(), signal)
    member = town.of(signal).signals[1]
    assert member.keeps_row is keeps_row
    assert member.provisional is (keeps_row or "grid" in signal.signal_id)


def test_a_call_beside_a_call_is_never_more_than_provisional() -> None:
    town = Town(banded(joined=0.51))
    decision = town.hear(seen(), call(), call("call-2", 100))
    assert decision.chosen == "provisional"
    assert decision.p > 0.9
    assert decision.constraints == ("call_beside_call",)
    assert town.of(call("call-2")).signals[2].keeps_row


def test_a_duplicate_that_the_police_system_names_joins_at_once() -> None:
    town = Town()
    again = call("call-2", 4000, north=900, main_call_no="call-1", relation="duplicate_report")
    decision = town.hear(call(), again)
    assert (decision.chosen, decision.constraints) == ("join", ("police_said_duplicate:call-1",))
    assert len(town.incidents) == 1


def test_a_main_call_that_is_not_known_is_weighed_like_any_other() -> None:
    town = Town()
    assert town.hear(seen(), call(main_call_no="unheard-of")).constraints == ()


def test_a_level_1_signal_that_joins_sounds_again() -> None:
    town = Town()
    town.hear(seen())
    assert not town.of(seen()).resounds
    town.hear(call(event_type="call_crowd"))
    incident = town.of(seen())
    assert (incident.resounds, incident.resounded_revision, incident.severity) == (True, 2, 1)
    town.hear(grid())
    incident = town.of(seen())
    assert (incident.resounds, incident.resounded_revision) == (False, 2)


def test_the_same_rule_of_the_same_camera_joins_again() -> None:
    town = Town()
    decision = town.hear(seen(camera="c"), seen("cam-2", 1800, camera="c"))
    assert decision.p > 0.95
    assert town.of(seen()).state is IncidentState.TENTATIVE


def test_two_cameras_are_two_sources() -> None:
    town = Town()
    town.hear(seen(), seen("cam-2", 20, north=15))
    assert town.of(seen()).state is IncidentState.OPEN


def test_an_earlier_observation_that_comes_late_joins() -> None:
    town = Town()
    decision = town.hear(call(t=120), seen(t=0, received_at=at(200)))
    assert decision.chosen in ("join", "provisional")
    assert town.of(call()).observed_at == at(0)
    assert town.of(call()).signals[1].lag_s == -120


def test_a_grossly_wrong_place_does_not_move_the_incident() -> None:
    words = ("红色轿车", "消防栓", "东门")
    town = Town(banded(joined=0.51))
    town.hear(seen(words=words), seen("cam-2", 10, north=5, words=words))
    before = town.of(seen()).place
    town.hear(call("far", 120, north=170, east=0, sigma=15, event_type="call_crowd", words=words))
    incident = town.of(seen())
    assert incident.signals[2].signal_id == "far"
    assert (
        distance_m(GeoPoint(lat=incident.place.lat, lon=incident.place.lon), GeoPoint(lat=before.lat, lon=before.lon))
        < 1
    )
    assert "位置存疑" in incident.signals[2].sentence_zh


def test_a_dispute_is_kept_and_suggested_and_never_joins() -> None:
    town = Town()
    assert town.hear(dispute()).chosen == "item"
    town.hear(call(event_type="call_dispute", north=0))
    [link] = town.of(call()).suggested_links
    assert (link.item_no, link.linked) == ("dispute-1", False)
    assert link.reason.startswith("相距")
    assert town.of(call()).sources == {"police_110": 1}


def test_a_dispute_that_comes_after_the_incident_is_suggested_too() -> None:
    town = Town()
    town.hear(call(event_type="call_dispute"), dispute(t=100))
    assert [link.item_no for link in town.of(call()).suggested_links] == ["dispute-1"]


def test_a_petition_is_kept_and_suggested_to_nobody() -> None:
    town = Town()
    assert town.hear(petition()).chosen == "item"
    town.hear(call(event_type="call_dispute"))
    assert town.of(call()).suggested_links == ()


def test_a_dead_camera_is_an_incident_and_annotates_what_is_near() -> None:
    town = Town()
    town.hear(seen())
    dead = seen("dead", 60, event_type="camera_offline", north=80)
    assert town.hear(dead).chosen == "annotate"
    assert town.of(dead).kind is Kind.DEVICE
    [note] = town.of(seen()).annotations
    assert note.text_zh == "附近 1 路摄像机离线，证据不足"
    town.hear(seen("dead", 60, event_type="camera_offline", north=80, update=1, ended_at=at(120)))
    assert town.of(seen()).annotations == ()


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        (("camera_tampered",), "附近 1 路摄像机画面异常，证据不足"),
        (("camera_offline", "video_quality_abnormal"), "附近 1 路摄像机离线、1 路摄像机画面异常，证据不足"),
    ],
    ids=["covered", "one dead, one blurred"],
)
def test_a_camera_with_a_poor_picture_is_not_called_offline_and_joins_nothing(
    faults: tuple[str, ...], said: str
) -> None:
    town = Town()
    town.hear(seen())
    for number, event_type in enumerate(faults):
        fault = seen(f"fault-{number}", 60, event_type=event_type, north=20, camera=f"c-{number}")
        assert town.hear(fault).chosen == "annotate"
        assert town.of(fault).kind is Kind.DEVICE
    assert [note.text_zh for note in town.of(seen()).annotations] == [said]


def test_an_incident_beside_a_dead_camera_says_so_from_the_start() -> None:
    town = Town()
    town.hear(seen("dead", 0, event_type="camera_offline", north=80), call())
    assert town.of(call()).annotations[0].signal_id == "dead"


def test_a_camera_that_dies_again_stays_one_device_incident() -> None:
    town = Town()
    town.hear(seen("dead-1", 0, event_type="camera_offline", camera="c"))
    decision = town.hear(seen("dead-2", 600, event_type="camera_offline", camera="c"))
    assert decision.chosen == "join"


def test_updates_replace_and_never_count_twice() -> None:
    town = Town()
    town.hear(seen(count=12))
    decision = town.hear(seen(update=1, count=23, received_at=at(300)))
    incident = town.of(seen())
    assert decision.chosen == "update"
    assert (incident.count, incident.sources, incident.revision) == (23, {"camera": 1}, 2)


@pytest.mark.parametrize("update", [pytest.param(0, id="older"), pytest.param(2, id="equal")])
def test_an_older_or_equal_update_changes_nothing(update: int) -> None:
    town = Town()
    town.hear(seen(update=2, count=23))
    before = len(town.incidents), town.of(seen()).revision
    assert town.hear(seen(update=update, count=1)).chosen == "duplicate"
    assert (len(town.incidents), town.of(seen()).revision) == before
    assert town.of(seen()).count == 23


def test_an_update_that_grows_to_level_1_sounds() -> None:
    town = Town()
    town.hear(seen(), seen(update=1, severity=1))
    assert town.of(seen()).resounds


def test_the_best_words_for_the_place_are_kept() -> None:
    town = Town()
    town.hear(seen(place_text="广场东侧摄像机"))
    assert town.of(seen()).place_text == "广场东侧摄像机"
    town.hear(call(place_text="人民广场东侧", landmark_no="GC-0147"))
    assert town.of(seen()).place_text == "人民广场东侧"


def test_a_position_out_of_sequence_is_a_bug_and_not_guessed_at() -> None:
    town = Town()
    town.state.book.position = 7
    town.hear(seen())
    assert town.state.book.position == 8


def test_a_signal_that_is_surely_not_new_but_of_either_of_two_waits_in_one_of_them() -> None:
    town = Town()
    town.hear(call("one", north=-20, east=0), call("two", 60, north=20, east=0))
    town.act("refuse", town.of(call("two")), signal_id="two")
    between = town.hear(call("between", 120, north=0, east=0))
    assert len({town.of(call("one")).incident_id, town.of(call("two")).incident_id}) == 2
    assert max(candidate.p for candidate in between.candidates) < 0.5
    assert between.chosen == "provisional"


def test_what_one_camera_says_may_be_a_false_alarm_and_a_call_makes_it_real() -> None:
    town = Town(Params())
    town.hear(seen())
    assert 0.01 < town.of(seen()).p_real < 0.9
    town.hear(call(north=5, east=5, sigma=20, event_type="call_crowd"))
    assert town.of(seen()).p_real == 1.0
