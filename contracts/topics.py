"""The table of topics: what goes through Kafka, under which key, for how long."""

from collections.abc import Mapping
from typing import NamedTuple

DAY_MS = 24 * 3600 * 1000


class Topic(NamedTuple):
    """One Kafka topic. `event_type` is the CloudEvents type of its records."""

    name: str
    event_type: str
    key: str
    partitions: int
    retention_ms: int | None
    """None: compacted, kept for ever"""


SIGNALS = Topic("signals", "cn.hub.signal.v1", "district", 16, 7 * DAY_MS)
ACTIONS = Topic("actions", "cn.hub.action.v1", "district", 16, 7 * DAY_MS)
ACTION_RESULTS = Topic("action-results", "cn.hub.action_result.v1", "district", 16, 7 * DAY_MS)
INCIDENTS = Topic("incidents", "cn.hub.incident.v1", "incident_id", 16, None)
REJECTED = Topic("rejected", "cn.hub.rejected.v1", "source", 1, 30 * DAY_MS)
RAW_POLICE_110 = Topic("raw.police-110", "cn.hub.police.alert.v1", "call_no", 4, 7 * DAY_MS)
RAW_GRID = Topic("raw.grid", "cn.hub.grid.report.v1", "report_no", 4, 7 * DAY_MS)
RAW_DISPUTES = Topic("raw.disputes", "cn.hub.dispute.item.v1", "item_no", 1, 7 * DAY_MS)
RAW_PETITIONS = Topic("raw.petitions", "cn.hub.petition.item.v1", "item_no", 1, 7 * DAY_MS)
CAMERA_STATUS = Topic("camera-status", "cn.hub.camera.status.v1", "camera_id", 4, None)
SOURCE_STATUS = Topic("source-status", "cn.hub.source.status.v1", "source", 1, None)
CAMERA_SHARES = Topic("camera-shares", "", "", 64, 7 * DAY_MS)
"""Never holds a record: its partitions are the shares of the cameras, and vision workers are one consumer group of it,
so that the broker's own group protocol says who holds which."""

TOPICS: tuple[Topic, ...] = (
    SIGNALS, ACTIONS, ACTION_RESULTS, INCIDENTS, REJECTED, RAW_POLICE_110, RAW_GRID, RAW_DISPUTES, RAW_PETITIONS,
    CAMERA_STATUS, SOURCE_STATUS,
)  # fmt: skip


def partition_of(district: str, table: Mapping[str, int], partitions: int = SIGNALS.partitions) -> int:
    """The partition of a district: by the settings' explicit table, else by a stable sum of its bytes."""
    if district in table:
        return table[district] % partitions
    return sum(district.encode()) % partitions
