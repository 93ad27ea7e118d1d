"""One POST to a webhook: no redirects, no proxy of the environment, and an end to waiting."""

from collections.abc import Mapping

import httpx

from contracts.errors import Outage

ANSWER_S = 10.0


class WebhookSilent(Outage):
    """The receiver did not answer."""


async def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
    """The status of the answer; its body is not read.

    Raises:
        WebhookSilent: it refused, hung, broke off, or has no such name.
    """
    timeout = httpx.Timeout(ANSWER_S)
    try:
        async with (
            httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, headers=dict(headers), content=body) as answer,
        ):
            return answer.status_code
    except httpx.HTTPError as failed:
        raise WebhookSilent(f"{type(failed).__name__}: {failed}"[:200]) from failed
