"""Answers about decisions that were asked about; one a decision, by whoever was first."""

from collections.abc import Sequence
from dataclasses import asdict

from command_center.audits import Label
from command_center.store.audit import Entry, write_entry
from command_center.store.database import Database, execute, load
from contracts.incidents import Decision


class Labels:
    """The table `labels`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def answered(self, decision_ids: Sequence[str]) -> set[str]:
        """Those of the decisions that have an answer."""
        found = await self._database.rows(
            "SELECT decision_id FROM labels WHERE decision_id = ANY(:ids)", ids=list(decision_ids)
        )
        return {row["decision_id"] for row in found}

    async def decision(self, decision_id: str) -> tuple[Decision, str] | None:
        """A decision and the source of its signal."""
        found = await self._database.rows(
            "SELECT d.doc, s.source FROM decisions d JOIN signals s USING (signal_id) WHERE d.decision_id = :id",
            id=decision_id,
        )
        return (Decision.model_validate(load(found[0]["doc"])), found[0]["source"]) if found else None

    async def write(self, label: Label, entry: Entry) -> bool:
        """The answer and its line in the audit; False when somebody had answered already, and nothing is written."""
        async with self._database.begin() as connection:
            written = await execute(
                connection,
                "INSERT INTO labels (decision_id, signal_id, incident_id, source, chosen, nats, same, weight, "
                "params_version, login, at) VALUES (:decision_id, :signal_id, :incident_id, :source, :chosen, :nats, "
                ":same, :weight, :params_version, :login, :at) ON CONFLICT (decision_id) DO NOTHING",
                **asdict(label),
            )
            if written:
                await write_entry(connection, entry)
            return bool(written)
