"""The log of the cameras' health, as the vision workers wrote it."""

from datetime import datetime

from command_center.rates import Stretch
from command_center.store.database import Database
from contracts.cameras import Bureau


class HealthLog:
    """Reads it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def between(self, start: datetime, end: datetime) -> list[Stretch]:
        """Every stretch that touches the period, oldest first.

        Raises:
            DatabaseUnavailable: no answer.
        """
        found = await self._database.rows(
            "SELECT camera_id, bureau, began_at, seen_until, online, defects FROM camera_health "
            "WHERE seen_until > :start AND began_at < :end ORDER BY began_at",
            start=start,
            end=end,
        )
        return [
            Stretch(
                row["camera_id"], Bureau(row["bureau"]), row["began_at"], row["seen_until"], row["online"],
                tuple(row["defects"]),
            )
            for row in found
        ]  # fmt: skip
