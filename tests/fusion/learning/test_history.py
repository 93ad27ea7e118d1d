"""What people said, out of a recording; and what it would have looked like under other numbers."""

from datetime import date

import pytest

from contracts.actions import Action, Actor
from contracts.errors import Refused
from contracts.signals import Signal, identity_of
from fusion.learning.comparison import Joined, by_source, compare
from fusion.learning.history import Word, answers_of, history_of, same_by
from fusion.learning.proposal import named, propose
from fusion.learning.report_page import page
from fusion.naming import name_from
from fusion.policy import Bands, Params
from fusion.recording import Line, read_line
from tests.fusion.scene import DISTRICT, action_bytes, at, call, dispute, grid, seen, signal_bytes

BOSS = Actor(user="wang", unit="desk", role="operator")
JOINS_MUCH = Params(version="joins", bands=Bands(provisional=0.05))


def lines(*what: Signal | Action) -> list[Line]:
    return [read_line(action_bytes(one) if isinstance(one, Action) else signal_bytes(one)) for one in what]


def act(name: str, incident: Signal, t: float, **arguments: object) -> Action:
    """On the incident that this signal founded."""
    return Action(
        action_id=f"{name}-{t}", incident_id=name_from(identity_of(incident)), district=DISTRICT, expected_revision=99,
        action=name, by=BOSS, at=at(t), reason="said so", arguments=arguments,
    )  # type: ignore[arg-type]  # fmt: skip


def near(name: str, t: float, **more: object) -> Signal:
    return call(name, t, north=2, east=2, sigma=20, event_type="call_public_order", **more)  # type: ignore[arg-type]


def fight(name: str = "fight", t: float = 0, **more: object) -> Signal:
    return seen(name, t, event_type="suspected_fight", **more)  # type: ignore[arg-type]


def test_a_confirmed_incident_is_a_label_with_what_it_holds_in_the_end() -> None:
    first, second = fight(), near("call", 60)

    history = history_of(lines(first, second, act("confirm", first, 200, kind="violence", real=True)), JOINS_MUCH)

    assert [(label.kind, {one.signal_id for one in label.members}) for label in history.labels] == [
        ("violence", {"fight", "call"})
    ]


def test_a_dismissed_incident_is_a_label_of_nothing_and_an_undone_verdict_is_none() -> None:
    first = fight()
    dismissed = [first, act("dismiss", first, 100)]

    assert [label.real for label in history_of(lines(*dismissed), Params()).labels] == [False]
    undone = act("undo", first, 150, action_id="dismiss-100")
    assert history_of(lines(*dismissed, undone), Params()).labels == []


def test_disputes_are_nothing_to_learn_from() -> None:
    assert history_of(lines(dispute(t=0)), Params()).heard == {}
    with pytest.raises(Refused, match="nothing to learn from"):
        propose(lines(dispute(t=0)), Params(), [], on=date(2026, 11, 27))


@pytest.mark.parametrize(("said", "same"), [("accept", True), ("refuse", False)])
def test_accept_and_refuse_are_words_on_one_signal(said: str, same: bool) -> None:
    first, second = fight(), near("call", 60)
    provisional = Params(version="all wait", bands=Bands(joined=1.0, provisional=0.05))

    history = history_of(lines(first, second, act(said, first, 100, signal_id="call")), provisional)

    assert history.words == [Word("call", frozenset({"fight"}), same)]
    assert same_by(history)("call", ("fight",)) is same
    assert same_by(history)("call", ("other",)) is None


def test_a_word_that_was_taken_back_is_none() -> None:
    first, second = fight(), near("call", 60)
    provisional = Params(version="all wait", bands=Bands(joined=1.0, provisional=0.05))
    said = [act("accept", first, 100, signal_id="call"), act("undo", first, 120, action_id="accept-100")]

    assert history_of(lines(first, second, *said), provisional).words == []


@pytest.mark.parametrize(
    ("others", "same"), [(("a",), True), (("c",), False), ((), None), (("z",), None), (("a", "c", "d"), False)]
)
def test_the_truth_is_asked_where_it_is_known(others: tuple[str, ...], same: bool | None) -> None:
    truth = {"s": "1", "a": "1", "b": "1", "c": "2", "d": "2"}

    assert same_by(history_of([], Params()), truth)("s", others) is same


def test_answers_are_about_the_best_candidate_without_calibration() -> None:
    first, second = fight(), near("call", 60)

    found = answers_of(lines(first, second), Params(), lambda *_: True)

    assert [(one.signal_id, one.source, one.same) for one in found] == [("call", "police_110", True)]
    assert answers_of(lines(first, second), Params(), lambda *_: None) == []
    assert answers_of(lines(first, second), Params(), lambda *_: True, {"call": 50.0})[0].weight == 50.0
    assert answers_of(lines(first, second), Params(), lambda *_: True, {}) == []


def test_joins_gained_and_lost_are_named_by_their_signals() -> None:
    recording = lines(fight(), near("call", 60), grid("far", 90, north=900))
    careful = Params(version="careful", bands=Bands(joined=1.0, provisional=0.9999999))

    found = compare(recording, careful, JOINS_MUCH)
    back = compare(recording, JOINS_MUCH, careful)

    assert [(one.signal_id, one.with_signal) for one in found.gained] == [("call", "fight")]
    assert found.lost == ()
    assert [one.signal_id for one in back.lost] == ["call"]
    assert (found.signals, found.incidents_now, found.incidents_then) == (3, 3, 2)
    assert by_source([Joined("call", "fight", 0.9)], {"call": "police_110", "fight": "camera"}) == {
        "camera + police_110": 1
    }


def test_a_version_compared_with_itself_is_no_different() -> None:
    found = compare(lines(fight(), near("call", 60)), Params(), Params())

    assert found.gained == found.lost == ()


def test_a_version_is_named_by_its_day_and_all_that_is_in_it() -> None:
    one = named(Params(), date(2026, 11, 27))

    assert one.version.startswith("2026-11-27-")
    assert one == named(one, date(2026, 11, 27))
    assert one.version != named(JOINS_MUCH, date(2026, 11, 27)).version


def town(days: int = 3) -> tuple[list[Line], dict[str, str], dict[str, str]]:
    """Fights a quarter of an hour apart, each filmed and called about; every fifth film is of nothing."""
    signals: list[Signal] = []
    truth: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for number in range(days * 40):
        t, north = number * 2160.0, (number % 7) * 400.0
        signals.append(fight(f"fight-{number}", t, north=north, camera=f"c{number % 7}"))
        truth[f"fight-{number}"] = f"h{number}"
        if number % 5:
            kinds[f"h{number}"] = "violence"
            signals.append(call(f"call-{number}", t + 200, north=north + 20, east=5, event_type="call_public_order"))
            truth[f"call-{number}"] = f"h{number}"
    return lines(*sorted(signals, key=lambda one: one.received_at)), truth, kinds


def test_a_proposal_comes_with_all_that_a_person_needs_to_decide() -> None:
    recording, truth, kinds = town()
    told: list[str] = []

    found = propose(
        recording, Params(), [], on=date(2026, 11, 27), truth=truth, kinds=kinds,
        tell=lambda doing, *_: told.append(doing),
    )  # fmt: skip

    report = found.report
    assert found.params.model != Params().model
    assert found.params.bands == Params().bands
    assert report["learned_from"]["confirmed"] == 96
    assert report["learned_from"]["dismissed"] == 24
    assert report["held_out"]["answers"] > 0
    assert report["last_week"]["signals"] == len(truth)
    assert {"in force", "proposed"} == set(report["reliability"])
    assert len(set(told)) == 4


def test_a_proposal_is_the_same_each_time() -> None:
    recording, truth, kinds = town(1)

    one, two = (propose(recording, Params(), [], on=date(2026, 11, 27), truth=truth, kinds=kinds) for _ in range(2))

    assert one == two


def test_the_report_is_a_page_that_needs_nothing_else() -> None:
    recording, truth, kinds = town()
    html = page(propose(recording, Params(), [], on=date(2026, 11, 27), truth=truth, kinds=kinds).report)

    assert html.startswith("<!doctype html>")
    assert "<svg" in html
    assert "http://" not in html.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in html


def test_a_signal_id_in_the_report_is_text_and_no_markup() -> None:
    week = {"signal_id": "<script>x</script>", "with_signal": "b", "p": 0.7}
    report = propose(lines(fight()), Params(), [], on=date(2026, 11, 27)).report
    report["last_week"] |= {"gained": [week], "gained_count": 1}

    assert "<script>" not in page(report)


def test_an_audit_names_an_incident_and_means_its_signals() -> None:
    first, second = fight(), near("call", 60)
    word = Word("call", frozenset({name_from(identity_of(first))}), same=True, weight=50.0)

    report = propose(lines(first, second), JOINS_MUCH, [], on=date(2026, 11, 27), audits=[word]).report

    assert report["learned_from"]["words_on_joins"] == 1
    assert report["learned_from"]["answers"] == 1
