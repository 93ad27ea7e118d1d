"""The same changes for both servers of `hub bench push`: invented incidents as the wall shows them."""

from datetime import UTC, datetime, timedelta

from command_center.board import Change
from command_center.messages import Row, RowSignal
from command_center.rows import WallRow
from contracts.incidents import IncidentPlace, IncidentState
from contracts.kinds import Kind, Severity

INCIDENTS = 500
BEGINNING = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def row(change: int) -> Row:
    """The row of the incident that change number `change` (from 1) is about, at its newest revision."""
    number, revision = (change - 1) % INCIDENTS, 1 + (change - 1) // INCIDENTS
    at = BEGINNING + timedelta(seconds=change)
    return Row(
        incident_id=f"7q2m4kxd3vbe6w5t2n8hj{number:05}", label=f"INC-{number:06}", revision=revision, kind=Kind.CROWD,
        event_types=("crowd_gathering", "call_public_order"), severity=Severity(1 + number % 4),
        state=IncidentState.OPEN, place=IncidentPlace(lat=34.32874, lon=118.00668, radius_m=31),
        place_text="人民广场东侧 灯杆 GC-0147 附近", district="990199-east", grid_code="990199001002003",
        observed_at=at, last_signal_at=at, decided_at=at, sources={"camera": 2, "police_110": 1, "grid": 1},
        signals=tuple(
            RowSignal(signal_id=f"cam:9901990108132000000{one}:crowd:179548{number:05}", source="camera")
            for one in range(4)
        ),
        count=23, sound=True, exercise=True,
    )  # fmt: skip


def changes_after(sent: int, upto: int) -> tuple[list[Change], list[WallRow]]:
    """Changes `sent` + 1 … `upto` as the board takes them."""
    numbers = range(sent + 1, upto + 1)
    rows = [row(number) for number in numbers]
    return [Change(n, one.incident_id, one.decided_at) for n, one in zip(numbers, rows, strict=True)], [
        WallRow(one) for one in rows
    ]
