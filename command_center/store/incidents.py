"""Looking incidents up: lists with filters and pages, one with all that belongs to it, work items, cameras."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from command_center.store.database import Database, dump, load
from command_center.store.wall import LIVE
from contracts.cameras import Camera
from contracts.incidents import Decision, Incident
from contracts.signals import SIGNAL, Signal

_TIED_TO = "doc->'related' @> CAST(:id{} AS jsonb)"
_STATES = {"live": LIVE, "closed": f"NOT ({LIVE})", "all": "true"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of incidents is filtered by. Never by a person: no name, no phone (P3)."""

    state: Literal["live", "closed", "all"] = "live"
    kind: str | None = None
    severity: int | None = None
    source: str | None = None
    district: str | None = None
    q: str | None = None
    """in the label or the words of the place, or exactly a call's or report's number"""
    claimed_by: str | None = None
    hidden_from: Literal["street"] | None = None
    """leave out incidents that consist of confidential calls only"""


class Incidents:
    """Reads what fusion wrote."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, wanted: Wanted, *, after: tuple[datetime, str] | None, limit: int) -> list[str]:
        """Ids, the newest first, after the given (observed_at, incident_id)."""
        where, arguments = _where(wanted)
        if after:
            where.append("(i.observed_at, i.incident_id) < (:after_at, :after_id)")
            arguments |= {"after_at": after[0], "after_id": after[1]}
        found = await self._database.rows(
            f"SELECT i.incident_id FROM incidents i WHERE {' AND '.join(where)} "
            "ORDER BY i.observed_at DESC, i.incident_id DESC LIMIT :limit",
            **arguments,
            limit=limit,
        )
        return [row["incident_id"] for row in found]

    async def one(self, incident_id: str) -> Incident | None:
        """One incident by its id or its label."""
        found = await self._database.rows(
            "SELECT doc FROM incidents WHERE incident_id = :id OR label = :id LIMIT 1", id=incident_id
        )
        return Incident.model_validate(load(found[0]["doc"])) if found else None

    async def tied(self, incident: Incident, limit: int = 50) -> list[Incident]:
        """Those that it is tied to, and those that are tied to it or to what was merged into it; the newest first."""
        found = await self._database.rows(
            "SELECT doc FROM incidents WHERE incident_id = ANY(:related) "
            f"OR {' OR '.join(_TIED_TO.format(n) for n in range(1 + len(incident.redirects)))} "
            "ORDER BY observed_at DESC, incident_id LIMIT :limit",
            related=list(incident.related),
            limit=limit,
            **{f"id{n}": dump([name]) for n, name in enumerate((incident.incident_id, *incident.redirects))},
        )
        return [Incident.model_validate(load(row["doc"])) for row in found]

    async def signals(self, signal_ids: Sequence[str]) -> list[Signal]:
        """As the sources told them, without personal fields; by the time they speak of."""
        found = await self._database.rows(
            "SELECT doc FROM signals WHERE signal_id = ANY(:ids) ORDER BY observed_at, signal_id", ids=list(signal_ids)
        )
        return [SIGNAL.validate_python(load(row["doc"])) for row in found]

    async def has_evidence(self, signal_ids: Sequence[str], ref: str) -> bool:
        """Whether one of these signals names this picture or clip."""
        found = await self._database.rows(
            "SELECT 1 FROM signals WHERE signal_id = ANY(:ids) "
            "AND doc->'evidence' @> jsonb_build_array(jsonb_build_object('ref', CAST(:ref AS text))) LIMIT 1",
            ids=list(signal_ids),
            ref=ref,
        )
        return bool(found)

    async def cameras_of(self, signal_ids: Sequence[str]) -> set[str]:
        """The cameras that observed these signals."""
        found = await self._database.rows(
            "SELECT DISTINCT doc->>'camera_id' AS camera_id FROM signals WHERE signal_id = ANY(:ids) "
            "AND doc->>'camera_id' IS NOT NULL",
            ids=list(signal_ids),
        )
        return {row["camera_id"] for row in found}

    async def decisions(self, signal_ids: Sequence[str], limit: int = 200) -> list[Decision]:
        """Why each of these signals went where it went; the newest `limit`, oldest first."""
        found = await self._database.rows(
            "SELECT doc FROM decisions WHERE signal_id = ANY(:ids) "
            "ORDER BY decided_at DESC, position DESC LIMIT :limit",
            ids=list(signal_ids),
            limit=limit,
        )
        return [Decision.model_validate(load(row["doc"])) for row in reversed(found)]

    async def work_items(
        self, source: str | None, *, after: tuple[datetime, str] | None, limit: int
    ) -> list[tuple[Signal, str | None]]:
        """Disputes and petitions with the incident they are linked to, the newest first."""
        found = await self._database.rows(
            "SELECT doc, incident_id FROM signals WHERE source = ANY(:sources) "
            "AND (CAST(:at AS timestamptz) IS NULL OR (received_at, signal_id) < (:at, :id)) "
            "ORDER BY received_at DESC, signal_id DESC LIMIT :limit",
            sources=[source] if source else ["dispute", "petition"],
            at=after[0] if after else None,
            id=after[1] if after else "",
            limit=limit,
        )
        return [(SIGNAL.validate_python(load(row["doc"])), row["incident_id"]) for row in found]


class Cameras:
    """The registry, as the last `streams.yaml` left it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Camera]:
        """By id."""
        found = await self._database.rows("SELECT doc FROM cameras ORDER BY camera_id")
        return [Camera.model_validate(load(row["doc"])) for row in found]


def _where(wanted: Wanted) -> tuple[list[str], dict[str, Any]]:
    arguments: dict[str, Any] = {}
    where = [_STATES[wanted.state].replace("state", "i.state")]
    for name, condition in _CONDITIONS.items():
        value = getattr(wanted, name)
        if value is not None:
            where.append(condition)
            arguments[name] = value
    if wanted.q is not None:
        arguments["like"] = "%" + wanted.q.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
    if wanted.hidden_from is not None:
        del arguments["hidden_from"]
        # The words of a confidential call's place are not shown to them, so they find nothing either.
        where = [one.replace(_PLACE, f"({_PLACE} AND NOT EXISTS ({_SECRET}))") for one in where]
    return where, arguments


_PLACE = "(i.doc->>'place_text') ILIKE :like"
_SECRET = "SELECT 1 FROM signals s WHERE s.incident_id = i.incident_id AND s.doc->>'confidential' = 'true'"
_CONDITIONS: Mapping[str, str] = {
    "kind": "i.kind = :kind",
    "severity": "i.severity = :severity",
    "source": "i.doc->'sources' ? :source",
    "district": "i.district = :district",
    "q": f"(i.label ILIKE :like OR {_PLACE} OR EXISTS "
    "(SELECT 1 FROM signals s WHERE s.incident_id = i.incident_id AND s.source_ref = :q))",
    "claimed_by": "EXISTS (SELECT 1 FROM handling h WHERE h.incident_id = i.incident_id "
    "AND h.doc->>'claimed_by' = :claimed_by)",
    "hidden_from": "EXISTS (SELECT 1 FROM signals s WHERE s.incident_id = i.incident_id "
    "AND coalesce(s.doc->>'confidential', 'false') <> 'true')",
}
