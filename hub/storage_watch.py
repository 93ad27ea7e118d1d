"""A store of evidence that does not take it is an incident of its own, told like any fault of a device."""

import logging
import socket
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from contracts.cameras import Camera, Rule
from contracts.errors import Outage
from contracts.evidence import EvidenceStore
from detectors.observations import Storyteller
from detectors.rules.happening import Intent, Phase
from detectors.watching import Report

log = logging.getLogger(__name__)

EVENT = "evidence_store_failed"
WELL_AFTER = timedelta(seconds=30)
"""of nothing but success: a disk at its brim takes small pictures between two clips that it does not"""


class WatchedStore:
    """An `EvidenceStore` around another one. Detection never waits for it: what cannot be stored is lost and said."""

    def __init__(self, store: EvidenceStore, *, clock: Callable[[], datetime], exercise: bool) -> None:
        self._store, self._clock, self._exercise = store, clock, exercise
        self._story: Storyteller | None = None
        self._began = self._failed = clock()
        self._why = ""
        self.tell: Callable[[Report], None] = lambda report: None
        """hears the fault and its end"""
        self.first_camera: Callable[[], Camera | None] = lambda: None
        """for which place the fault is told: a camera whose evidence is lost"""

    @property
    def why(self) -> str:
        """What is wrong now; empty while it is well."""
        return self._why

    async def put(self, ref: str, data: bytes) -> str:
        """As the store within.

        Raises:
            Outage: it was not stored.
        """
        try:
            digest = await self._store.put(ref, data)
        except Outage as outage:
            self._fail(str(outage))
            raise
        self._well()
        return digest

    async def get(self, ref: str) -> bytes | None:
        """As the store within."""
        return await self._store.get(ref)

    async def days(self, before: date) -> Sequence[date]:
        """As the store within."""
        return await self._store.days(before)

    async def of_day(self, day: date) -> Sequence[str]:
        """As the store within."""
        return await self._store.of_day(day)

    async def delete(self, refs: Sequence[str]) -> None:
        """As the store within."""
        await self._store.delete(refs)

    def _fail(self, why: str) -> None:
        self._failed, before, self._why = self._clock(), self._why, why
        if not before:
            self._began = self._failed
            log.error("evidence is lost: %s", why)
        if self._story is None and (camera := self.first_camera()) is not None:
            rule = Rule(rule=EVENT)
            self._story = Storyteller(camera, rule, ground=None, model="", exercise=self._exercise)
            self._say(Intent(Phase.BEGAN, self._began, None, 0))

    def _well(self) -> None:
        if not self._why or self._clock() - self._failed < WELL_AFTER:
            return
        log.warning("evidence is stored again")
        self._why = ""
        if self._story is not None:
            self._say(Intent(Phase.ENDED, self._began, self._clock(), 0))
            self._story = None

    def _say(self, intent: Intent) -> None:
        assert self._story is not None
        told = self._story.tell(intent, now=self._clock())
        self.tell(Report(told.model_copy(update={"place_text": f"证据存储（{socket.gethostname()}）"})))
