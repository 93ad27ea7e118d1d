"""What prevention asks of the database: incidents of a month by kind and tile, work items by grid."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from command_center.recurrence import NEWEST, TILE_M, Tile
from command_center.store.database import Database
from contracts.kinds import Kind

# Confidential calls are on no wall and in no statistics by place (P17): a spot would point at a door.
_TILES = """
    SELECT i.kind, count(*) AS count, avg(i.lat) AS lat, avg(i.lon) AS lon, min(i.observed_at) AS first_at,
           max(i.observed_at) AS last_at,
           (array_agg(coalesce(i.doc->>'place_text', '') ORDER BY i.observed_at DESC, i.incident_id))[1] AS place_text,
           (array_agg(i.incident_id ORDER BY i.observed_at DESC, i.incident_id))[1:CAST(:newest AS int)] AS incident_ids
    FROM incidents i
    WHERE i.observed_at >= :since AND i.observed_at < :until AND i.exercise = :exercise
      AND i.state NOT IN ('merged', 'rejected') AND i.kind NOT IN ('device', 'none')
      AND NOT EXISTS (SELECT 1 FROM signals s WHERE s.incident_id = i.incident_id AND s.doc->>'confidential' = 'true')
    GROUP BY i.kind, floor(i.lat * 111320 / :tile), floor(i.lon * 111320 * cos(radians(floor(i.lat) + 0.5)) / :tile)
"""
_ITEMS = """
    SELECT doc->>'grid_code' AS grid_code, source, count(*) AS count FROM signals
    WHERE source IN ('dispute', 'petition') AND exercise = :exercise AND doc->>'grid_code' IS NOT NULL
      AND received_at >= :since
    GROUP BY 1, 2
"""


class Prevention:
    """Reads what fusion wrote, in figures."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tiles(self, since: datetime, until: datetime, *, exercise: bool) -> list[Tile]:
        """Incidents that began in [since, until), real or drill, by kind and tile."""
        found = await self._database.rows(
            _TILES, since=since, until=until, exercise=exercise, newest=NEWEST, tile=TILE_M
        )  # fmt: skip
        return [_tile(row) for row in found]

    async def items(self, since: datetime, *, exercise: bool) -> list[Mapping[str, Any]]:
        """grid_code, source, count of the work items received since then."""
        return await self._database.rows(_ITEMS, since=since, exercise=exercise)


def _tile(row: Mapping[str, Any]) -> Tile:
    return Tile(
        kind=Kind(row["kind"]), count=row["count"], lat=row["lat"], lon=row["lon"], first_at=row["first_at"],
        last_at=row["last_at"], place_text=row["place_text"], incident_ids=tuple(row["incident_ids"]),
    )  # fmt: skip
