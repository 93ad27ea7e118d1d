"""What a webhook is told, how it is signed, when it is tried again: without a network."""

import base64
import json
from datetime import timedelta

import pytest

from command_center.messages import Handling
from command_center.rows import SignalFact, WallRow, wall_row
from command_center.store.webhooks import Delivery
from command_center.webhooks import (
    WAITS,
    Target,
    event_of,
    headers,
    is_taken,
    next_try,
    secret_of,
    signature,
    targets_of,
)
from contracts.errors import ConfigurationError
from contracts.kinds import Severity
from tests.command_center.seeding import T0, call, incident, sight

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
REAL = Target("bureau", "https://bureau.example/hook", b"k" * 32)
DRILL = Target("school", "https://school.example/hook", b"k" * 32, exercise=True)


def row(*, exercise: bool = False, confidential: bool = False, with_camera: bool = False) -> WallRow:
    words = call(1, confidential=confidential)
    signals = [words, sight(1)] if with_camera else [words]
    fact = SignalFact(words.signal_id, Severity.LEVEL_2, confidential, words.content)
    return wall_row(incident(1, *signals, exercise=exercise), Handling(state="dispatched"), {words.signal_id: fact})


def test_the_signature_is_that_of_the_standards_own_example() -> None:
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    assert (
        signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body)
        == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_every_try_has_the_same_id_and_its_own_time() -> None:
    first, second = headers(REAL, "bureau-1", T0, b"{}"), headers(REAL, "bureau-1", T0 + timedelta(hours=1), b"{}")
    assert first["webhook-id"] == second["webhook-id"] == "bureau-1"
    assert first["webhook-timestamp"] == str(int(T0.timestamp()))
    assert first["webhook-signature"] != second["webhook-signature"]


@pytest.mark.parametrize(
    ("name", "webhook_id"), [("bureau", "bureau-7"), ("城管", "%E5%9F%8E%E7%AE%A1-7"), ("a b/c", "a%20b%2Fc-7")]
)
def test_a_target_may_be_called_in_any_script_though_a_header_is_ascii(name: str, webhook_id: str) -> None:
    delivery = Delivery(7, name, "i", b"{}", 0)
    assert delivery.webhook_id == webhook_id
    assert "".join(headers(REAL, delivery.webhook_id, T0, b"{}").values()).isascii()


def test_it_is_a_cloud_event_with_the_row_and_its_handling() -> None:
    body = event_of(REAL, 7, "dispatch", T0, row())
    assert body is not None
    event = json.loads(body)
    assert (event["id"], event["type"], event["subject"]) == ("board:7", "cn.hub.incident.changed.v1", "incident-1")
    assert (event["data"]["seq"], event["data"]["cause"]) == (7, "dispatch")
    assert event["data"]["incident"]["handling"]["state"] == "dispatched"


@pytest.mark.parametrize(
    ("target", "exercise", "told"),
    [(REAL, False, True), (REAL, True, False), (DRILL, True, True), (DRILL, False, False)],
)
def test_a_drill_is_told_to_those_of_the_drill_and_the_real_to_the_others(
    target: Target, exercise: bool, told: bool
) -> None:
    assert (event_of(target, 1, "fusion", T0, row(exercise=exercise)) is not None) is told


def test_nothing_of_a_confidential_call_leaves_the_house() -> None:
    assert event_of(REAL, 1, "fusion", T0, row(confidential=True)) is None
    body = event_of(REAL, 1, "fusion", T0, row(confidential=True, with_camera=True))
    assert body is not None
    assert call().content not in body.decode()
    assert json.loads(body)["data"]["incident"]["place_text"] == ""


@pytest.mark.parametrize(
    ("status", "taken"),
    [(200, True), (204, True), (299, True), (300, False), (404, False), (500, False), (None, False)],
)
def test_only_a_2xx_is_an_answer(status: int | None, taken: bool) -> None:
    assert is_taken(status) is taken


def test_it_waits_longer_each_time_and_gives_up_after_about_a_day() -> None:
    at, tries, waits = T0, 0, []
    while (after := next_try(tries := tries + 1, 500, at, 0.0)) is not None:
        waits.append(after - at)
        at = after
    assert tuple(waits) == WAITS
    assert timedelta(hours=20) < sum(waits, timedelta()) < timedelta(hours=30)
    assert next_try(1, None, T0, 0.0) == T0 + WAITS[0]
    assert next_try(1, None, T0, 0.99) > T0 + WAITS[0]  # type: ignore[operator]


def test_who_says_that_it_is_gone_is_not_asked_again() -> None:
    assert next_try(1, 410, T0, 0.0) is None


@pytest.mark.parametrize("given", [SECRET, "a long enough sentence of words"])
def test_a_secret_is_base64_after_its_prefix_or_words(given: str) -> None:
    assert len(secret_of("x", given)) >= 24


@pytest.mark.parametrize(
    ("name", "given", "hint"),
    [
        ("short", ("https://x/", "short", False), "openssl"), ("base64", ("https://x/", "whsec_!!", False), "whsec_"),
        ("url", ("ftp://x/", SECRET, False), "https://"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_meant_is_said_with_its_name(
    name: str, given: tuple[str, str, bool], hint: str
) -> None:
    with pytest.raises(ConfigurationError) as wrong:
        targets_of({name: given})
    assert name in str(wrong.value.where)
    assert hint in str(wrong.value.hint)
