import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import BrokerUnavailable, ConfigurationError
from hub.waiting import Backoff, until_up


@pytest.mark.parametrize(
    ("attempt", "dice", "delay_s"),
    [
        pytest.param(0, 0.5, 1.0, id="first"),
        pytest.param(1, 0.5, 2.0, id="doubles"),
        pytest.param(3, 0.5, 8.0, id="doubles again"),
        pytest.param(4, 0.5, 10.0, id="never more than the most"),
        pytest.param(10_000, 0.5, 10.0, id="an outage of days"),
        pytest.param(0, 0.0, 0.8, id="least jitter"),
        pytest.param(0, 1.0, 1.2, id="most jitter"),
    ],
)
def test_delays_double_up_to_the_most(attempt: int, dice: float, delay_s: float) -> None:
    assert Backoff(first_s=1.0, most_s=10.0).delay_s(attempt, dice) == pytest.approx(delay_s)


@given(st.integers(0, 200), st.floats(0, 1, exclude_max=True))
def test_a_delay_is_never_longer_than_the_most_and_its_jitter(attempt: int, dice: float) -> None:
    pace = Backoff()
    assert 0 < pace.delay_s(attempt, dice) <= pace.most_s * (1 + pace.jitter)


class Flaky:
    """Down for `failures` calls."""

    def __init__(self, failures: int) -> None:
        self.failures, self.calls, self.slept = failures, 0, list[float]()

    async def attempt(self) -> str:
        self.calls += 1
        if self.calls <= self.failures:
            raise BrokerUnavailable("down")
        return "up"

    async def sleep(self, delay_s: float) -> None:
        self.slept.append(delay_s)


async def test_an_outage_is_waited_out_ever_more_slowly() -> None:
    flaky = Flaky(4)
    assert await until_up("it", flaky.attempt, sleep=flaky.sleep, dice=lambda: 0.5) == "up"
    assert flaky.slept == pytest.approx([0.2, 0.4, 0.8, 1.6])


async def test_the_log_says_it_once_per_doubling(caplog: pytest.LogCaptureFixture) -> None:
    flaky = Flaky(100)
    with caplog.at_level(logging.INFO, "hub.waiting"):
        await until_up("it", flaky.attempt, sleep=flaky.sleep)
    down = [record for record in caplog.records if "is down" in record.message]
    assert len(down) == 8  # at 0, 1, 2, 4, … 64 failures
    assert "up after 101 attempts" in caplog.records[-1].message


async def test_what_is_no_outage_is_not_waited_out() -> None:
    async def wrong() -> None:
        raise ConfigurationError("mend me")

    with pytest.raises(ConfigurationError, match="mend me"):
        await until_up("it", wrong)
