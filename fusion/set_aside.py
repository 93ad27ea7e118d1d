"""What the engine cannot take in: set aside with the reason, so that one record's fault does not stop a city."""

import logging
from typing import Protocol

from prometheus_client import Counter

from contracts.bus import Delivery
from contracts.errors import Unreadable
from contracts.topics import ACTIONS, SIGNALS
from fusion.journal import Incoming, RecordType

log = logging.getLogger(__name__)

MOST_IN_A_ROW = 5
"""so many faults without one page written between them are no fault of the records: the engine itself is broken"""

REJECTED = Counter("hub_fusion_rejected_total", "records that could not be read", ["topic"])
FAULTS = Counter("hub_fusion_faults_total", "records at which the engine failed, set aside", ["record"])

_KEPT: dict[RecordType, tuple[str, str]] = {
    "signal": (SIGNALS.name, "report it with the log of this minute; once mended: hub rejected retry"),
    "action": (ACTIONS.name, "report it with the log of this minute; once mended: do it again on the console"),
}
"""type → its topic, and how to mend it; of what else there is, nothing could be kept"""


class Faulty(Exception):
    """The engine failed at a record; the state in memory may be anything."""

    def __init__(self, incoming: Incoming, cause: Exception) -> None:
        super().__init__(f"district {incoming.district}: {incoming.identity}: {type(cause).__name__}: {cause}")
        self.incoming, self.cause = incoming, cause


class Reject(Protocol):
    """Where such records go: the dead letters, and the topic `rejected`."""

    async def __call__(self, *, source: str, reason: str, field: str, hint: str, body: bytes) -> None:
        """Keep it, durable on return.

        Raises:
            DatabaseUnavailable: it was not kept.
        """
        ...


class SetAside:
    """Keeps what cannot be taken in, and knows when that is no longer the records' fault."""

    def __init__(self, reject: Reject) -> None:
        self._reject = reject
        self._in_a_row = 0

    async def unreadable(self, delivery: Delivery, bad: Unreadable) -> None:
        """A record that is none."""
        REJECTED.labels(delivery.topic).inc()
        log.warning("a record of %s cannot be read: %s", delivery.topic, bad)
        await self._reject(
            source=delivery.topic, reason=bad.reason, field=bad.field, hint=bad.hint, body=delivery.value
        )

    async def faulty(self, fault: Faulty) -> None:
        """A readable record at which the engine failed.

        Raises:
            Faulty: the same one, if it is not the record that is at fault: nothing is set aside.
            DatabaseUnavailable: it was not kept.
        """
        one = fault.incoming
        kept = _KEPT.get(one.record_type)
        if kept is not None:
            self._in_a_row += 1
        if self._in_a_row > MOST_IN_A_ROW or one.record_type == "params":
            raise fault
        FAULTS.labels(one.record_type).inc()
        log.error("set aside: %s", fault, exc_info=fault.cause)
        if kept is not None:
            topic, hint = kept
            # The exception's own text stays in the log: it may quote what somebody wrote.
            reason = f"fusion failed at it ({type(fault.cause).__name__})"
            await self._reject(source=topic, reason=reason, field="", hint=hint, body=one.raw)

    def went_well(self) -> None:
        """A page was written."""
        self._in_a_row = 0
