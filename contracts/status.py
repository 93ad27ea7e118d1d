"""What the hub knows of its sources: a silent source is said, never shown as quiet streets."""

from pydantic import AwareDatetime

from contracts.contract import Contract


class SourceStatus(Contract):
    """One feed's pulse (topic `source-status`)."""

    source: str
    """police_110, grid, dispute, petition"""
    at: AwareDatetime
    last_heard: AwareDatetime | None = None
    lag_s: float | None = None
    """received_at − reported time of the newest report, seconds"""
    silent_since: AwareDatetime | None = None
    """set when nothing came for longer than this source's limit"""
    accepted: int = 0
    """in the last 24 hours, by Kafka and by HTTP"""
    rejected: int = 0
    """in the last 24 hours"""
    rejected_in_a_row: int = 0
    """a run of nothing but rejected is an alarm of its own: «110 接口全部无法解析»"""
    unreadable: bool = False
    """the run is long enough to be that alarm"""
