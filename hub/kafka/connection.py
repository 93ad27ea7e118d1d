"""How to reach a Kafka cluster, and which of its errors mean that it is away."""

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka.errors import KafkaError
from aiokafka.helpers import create_ssl_context
from prometheus_client import Gauge

from contracts.errors import BrokerUnavailable, ConfigurationError
from hub.settings import KafkaSettings

log = logging.getLogger(__name__)

FOLLOWER_WAIT_MS = 150

UP = Gauge("hub_broker_up", "1 while the Kafka broker answered last time")


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach one cluster, and what it can do."""

    servers: str
    security: dict[str, Any] = field(default_factory=dict)
    idempotent: bool = True
    replication_factor: int = -1
    fetch_max_wait_ms: int = 20
    request_timeout_ms: int = 10_000
    memory_only: bool = False
    """the embedded broker: forgets everything when it restarts, and every group has one member"""

    def fetch_wait_ms(self, *, follower: bool) -> int:
        """How long a fetch may wait. The embedded broker answers late rather than when something comes, so that its
        wait is a polling interval: a follower of statuses, who needs no hurry, asks it less often."""
        return (
            max(self.fetch_max_wait_ms, FOLLOWER_WAIT_MS) if follower and self.memory_only else self.fetch_max_wait_ms
        )


def connection_of(settings: KafkaSettings) -> Connection:
    """An operator's settings as a connection.

    Raises:
        ConfigurationError: a certificate cannot be read, or a user is missing.
    """
    security: dict[str, Any] = {"security_protocol": settings.security_protocol}
    if settings.security_protocol.endswith("SSL"):
        try:
            security["ssl_context"] = create_ssl_context(
                cafile=settings.ssl_cafile, certfile=settings.ssl_certfile, keyfile=settings.ssl_keyfile
            )
        except OSError as bad:
            raise ConfigurationError(
                f"a certificate or key cannot be read: {bad.strerror or bad}",
                where="HUB_KAFKA__SSL_CAFILE, …SSL_CERTFILE, …SSL_KEYFILE",
                hint="PEM files that this user may read",
            ) from None
    if settings.security_protocol.startswith("SASL"):
        if not settings.sasl_username:
            raise ConfigurationError(
                f"{settings.security_protocol} needs a user", where="HUB_KAFKA__SASL_USERNAME", hint="set it"
            )
        security["sasl_mechanism"] = settings.sasl_mechanism
        security["sasl_plain_username"] = settings.sasl_username
        security["sasl_plain_password"] = settings.sasl_password.get_secret_value()
    return Connection(
        settings.bootstrap_servers,
        security,
        idempotent=settings.idempotent,
        replication_factor=settings.replication_factor,
        fetch_max_wait_ms=settings.fetch_max_wait_ms,
    )


def embedded_connection(servers: str) -> Connection:
    """The embedded broker: plain, not idempotent, quick to give up because it is on this machine."""
    return Connection(servers, idempotent=False, request_timeout_ms=3_000, memory_only=True)


@contextmanager
def outages() -> Iterator[None]:
    try:
        yield
    except (KafkaError, OSError, TimeoutError) as away:
        UP.set(0)
        raise BrokerUnavailable(_said(away)) from away


def _said(away: Exception) -> str:
    said = str(away) or type(away).__name__
    if "bootstrap" in said:
        # aiokafka keeps the reason to itself and to its log.
        said += ": it is not there, or refused the user, the password or the certificate"
    return said


async def closed(closing: Coroutine[object, object, None]) -> None:
    """Wait for a client to close, but not for a broker that is gone.

    In a task of its own, because aiokafka lets the cancellation of its own inner tasks out of `stop`, and that must
    not look like ours.
    """
    try:
        async with asyncio.timeout(2.0), asyncio.TaskGroup() as tasks:
            tasks.create_task(closing, name="closing a Kafka client")
    except* (KafkaError, OSError, TimeoutError) as unwilling:
        log.debug("a Kafka client did not close cleanly: %r", unwilling.exceptions)
