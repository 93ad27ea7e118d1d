"""How letters reach the intake, and what a sender makes of its answers."""

import httpx
import pytest

from contracts.errors import ConfigurationError
from contracts.intake import Feed
from contracts.topics import RAW_GRID
from hub.loopback import LoopbackBus
from hub.simulate.letters import Letter
from hub.simulate.sender import Counting, HttpSender, KafkaSender

LETTER = Letter(0.0, Feed.GRID, "WG-1", b'{"report_no":"WG-1"}')


def answering(*codes: int, asked: list[httpx.Request]) -> httpx.AsyncClient:
    left = iter(codes)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(next(left))

    return httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://hub")


@pytest.mark.parametrize(
    ("codes", "means"),
    [
        pytest.param([202], "accepted", id="stored"),
        pytest.param([200], "duplicate", id="known already"),
        pytest.param([422], "rejected", id="not understood"),
        pytest.param([413], "rejected", id="too large"),
        pytest.param([503, 202], "accepted", id="an outage is waited out with the letter in hand"),
    ],
)
async def test_an_answer_is_understood(codes: list[int], means: str) -> None:
    asked: list[httpx.Request] = []
    async with answering(*codes, asked=asked) as client:
        sender = Counting(HttpSender(client, "the key"))
        assert await sender.send(LETTER) == means
    assert len(asked) == len(codes)
    assert asked[-1].url.path == "/api/intake/grid-reports"
    assert asked[-1].headers["X-Api-Key"] == "the key"
    assert asked[-1].content == LETTER.body
    assert sender.counts == {f"grid:{means}": 1}


async def test_a_refused_key_is_a_persons_to_mend() -> None:
    async with answering(401, asked=[]) as client:
        with pytest.raises(ConfigurationError, match="refuses this key"):
            await HttpSender(client, "wrong").send(LETTER)


async def test_on_kafka_a_letter_lies_on_its_raw_topic_under_its_number(loopback: LoopbackBus) -> None:
    assert await KafkaSender(loopback).send(LETTER) == "published"
    async with loopback.subscribe([RAW_GRID], group=None) as subscription:
        batch = await anext(subscription.batches())
    assert [(one.topic, one.key, one.value) for one in batch] == [(RAW_GRID.name, "WG-1", LETTER.body)]
