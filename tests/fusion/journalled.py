"""A ledger with what was heard, and a town that thinks the same."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.incidents import Incident
from fusion.journal import Incoming, read_action, read_signal
from fusion.ledger import Ledger
from fusion.ledger_corrections import Corrections
from fusion.ledger_rows import Page
from fusion.policy import Params
from fusion.shards import Shards
from hub.database import outages
from tests.fusion.scene import DISTRICT, Town, action_bytes, at, call, grid, seen, signal_bytes

HEARD = (seen(), call(), grid(), seen("far", 60, north=500), seen("elsewhere", 70, north=3000))


async def built_in() -> Params:
    """The numbers of a hub without a file and without a version."""
    return Params()


class Journalled:
    """A district's journal in the database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine, self.ledger, self.town = engine, Ledger(engine, outages), Town()
        self.shards = Shards(self.ledger, Params())
        self.cases = Corrections(engine, outages, built_in)

    async def hear(self) -> None:
        """The five signals."""
        self.town.hear(*HEARD)
        await self._write([read_signal(signal_bytes(one)) for one in HEARD], at(500))

    async def act(self, name: str, incident: Incident, **arguments: Any) -> str:
        """An action on an incident as the town knows it; its id."""
        action = self.town.action(name, incident.incident_id, incident.revision, **arguments)
        await self._write([read_action(action_bytes(action))], at(600))
        return action.action_id

    async def _write(self, incoming: list[Incoming], when: datetime) -> None:
        await self.shards.hold(DISTRICT)
        await self.ledger.write(Page(self.shards.take(incoming, when), []), at=when)
