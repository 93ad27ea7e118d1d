import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from contracts.actions import Action
from contracts.errors import Refused, Unreadable
from contracts.incidents import Incident
from contracts.signals import Signal
from fusion.correcting.case import action_line, read_case, signal_line
from fusion.correcting.check import run_case
from fusion.correcting.cutting import Placed, make_case, near, touched_by
from fusion.journal import Stored
from fusion.policy import Bands, Params
from tests.fusion.scene import Town, action_bytes, call, dispute, grid, seen, signal_bytes

LOOSE = Params(bands=Bands(joined=0.9, provisional=0.01), version="loose")
STRICT = Params(bands=Bands(joined=0.999999, provisional=0.999999), version="strict")


@dataclass
class Desk:
    """A town whose journal is kept, and whose corrections become cases."""

    town: Town = field(default_factory=Town)
    stored: list[Stored] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)

    def hear(self, *signals: Signal) -> None:
        for signal in signals:
            self._take(lambda signal=signal: self.town.hear(signal), "signal", signal_bytes(signal))

    def correct(self, action: str, incident: Incident, **arguments: Any) -> bytes:
        """The file of a correction that fusion took."""
        reason = arguments.pop("reason", "")
        made = self.town.action(
            action, incident.incident_id, self.town.now_of(incident).revision, reason=reason, **arguments
        )
        result = self._take(lambda: self.town.do(made), "action", action_bytes(made))
        assert result.accepted, result.why
        return self.case(made)

    def case(self, action: Action) -> bytes:
        position = next(one.position for one in self.stored if one.raw == action_bytes(action))
        order = sorted(self.town.state.book.signals.values(), key=lambda heard: (heard.at, heard.signal_id))
        case = make_case(action, position, self.placed, [heard.signal_id for heard in order])
        return b"".join(
            action_line(one, case) if one.position == position else signal_line(one)
            for one in self.stored
            if one.record_type == "signal" or one.position == position
        )

    def _take(self, does: Any, record_type: Any, raw: bytes) -> Any:
        known = len(self.town.decisions)
        answer = does()
        position = self.town.state.book.position
        self.placed += [Placed(position, decision) for decision in self.town.decisions[known:]]
        self.stored.append(Stored(position, record_type, self.town.now, raw))
        return answer


def crowd() -> Desk:
    """Three signals of one happening and one far away, as the machine has them."""
    desk = Desk()
    desk.hear(seen(), call(), grid(), seen("far", 60, north=500))
    return desk


def corrected() -> dict[str, bytes]:
    """One file an action."""
    files = {}
    plain: dict[str, dict[str, Any]] = {
        "confirm": {"kind": "violence"},
        "dismiss": {"reason": "王某某说是误报"},
        "close": {},
        "set_severity": {"severity": 1},
        "relocate": {"lat": 34.33, "lon": 118.01},
        "split": {"signal_ids": ["grid-1"]},
        "refuse": {"signal_id": "call-1"},
    }
    for name, arguments in plain.items():
        desk = crowd()
        files[name] = desk.correct(name, desk.town.of(seen()), **arguments)
    for name, argument in {"merge": "other", "never_merge": "other"}.items():
        desk = crowd()
        files[name] = desk.correct(name, desk.town.of(seen()), **{argument: desk.town.of(seen("far")).incident_id})
    desk = crowd()
    files["move"] = desk.correct(
        "move", desk.town.of(seen()), signal_id="grid-1", to=desk.town.of(seen("far")).incident_id
    )
    desk = crowd()
    desk.hear(call("call-2", 90))
    files["accept"] = desk.correct("accept", desk.town.of(call("call-2")), signal_id="call-2")
    return files


FILES = corrected()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("params", [Params(), LOOSE, STRICT], ids=lambda params: params.version)
def test_what_a_person_said_holds_under_any_model(name: str, params: Params) -> None:
    outcome = run_case(read_case(FILES[name]), params)
    assert outcome.holds, outcome.broken


@pytest.mark.parametrize(("params", "right"), [(Params(), True), (STRICT, False)], ids=["usual", "strict"])
def test_a_case_tells_whether_the_machine_is_right_before_the_person_speaks(params: Params, right: bool) -> None:
    assert run_case(read_case(FILES["accept"]), params).by_itself is right


def test_a_merge_is_not_what_the_machine_had_said() -> None:
    file = read_case(FILES["merge"])
    assert file.case.person.together == (("cam-1", "far"),)
    assert {one.signal_id: one.chosen for one in file.case.machine.decisions}["far"] == "new"
    assert not run_case(file, Params()).by_itself


def test_a_case_that_the_model_breaks_says_what_is_not_so() -> None:
    file = FILES["merge"].replace(b'"action":"merge","own"', b'"action":"close","own"')
    broken = read_case(file.replace(b'"action":"merge"', b'"action":"close"'))
    assert run_case(broken, Params()).broken[0] == "cam-1, far are not one incident"


def test_no_free_text_no_name_and_no_picture_is_in_a_case() -> None:
    told = call("told", 20, content="张三 13800000000", address="幸福里 3 栋 501", place_text="幸福里 3 栋 501")
    desk = crowd()
    desk.hear(told)
    file = desk.correct("dismiss", desk.town.of(seen()), reason="王某某说是误报").decode()
    for secret in ("张三", "1380000", "幸福里", "王某某", '"user":"dispatcher"'):
        assert secret not in file
    assert '"role":"dispatcher"' in file


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        pytest.param(b"", "no line carries a case", id="empty"),
        pytest.param(signal_bytes(seen()), "no line carries a case", id="signals only"),
        pytest.param(FILES["merge"] + FILES["split"], "a second case", id="two cases"),
        pytest.param(FILES["merge"] + b"{", "line 6", id="broken line"),
        pytest.param(FILES["merge"].replace(b'"own":', b'"owm":'), "case.own", id="a member misspelt"),
    ],
)
def test_a_file_that_is_no_case_is_named_by_its_line(file: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_case(file)


def test_an_undo_and_a_link_are_no_test_case() -> None:
    desk = crowd()
    desk.hear(dispute())
    with pytest.raises(Refused, match="link says nothing"):
        desk.correct("link", desk.town.of(seen()), signal_id="dispute-1")


def test_near_is_what_the_gate_would_have_weighed() -> None:
    others = [call("beside", north=50), call("far", north=2000), call("next day", 90_000), call("real", exercise=False)]
    assert near([seen()], others, Params()) == ["beside"]


def test_an_action_touches_the_incident_that_it_makes() -> None:
    desk = crowd()
    incident = desk.town.of(seen())
    action = desk.town.action("split", incident.incident_id, incident.revision, signal_ids=["grid-1"])
    desk.town.do(action)
    assert touched_by(action) == [incident.incident_id, desk.town.of(grid()).incident_id]


def test_a_case_is_what_hub_replay_reads() -> None:
    lines = [json.loads(line) for line in FILES["merge"].splitlines()]
    assert [line["type"] for line in lines] == ["cn.hub.signal.v1"] * 4 + ["cn.hub.action.v1"]
    assert all(line["arrived_at"] for line in lines)
