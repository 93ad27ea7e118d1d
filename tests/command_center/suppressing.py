"""Suppressions around the place where the seeded incidents happen."""

from collections.abc import Iterable
from datetime import timedelta

from command_center.suppression import Claim, Suppression
from contracts.kinds import Kind
from contracts.signals import Signal
from tests.command_center.seeding import HERE, T0

AROUND = tuple(
    (HERE.lat + north, HERE.lon + east)
    for north, east in ((-0.002, -0.002), (-0.002, 0.002), (0.002, 0.002), (0.002, -0.002))
)


def suppression(name: str = "quiet", **more: object) -> Suppression:
    """A suppression of crowds seen by cameras around the square, for an hour from T0, in a drill as the seeds are."""
    return Suppression.model_validate({
        "suppression_id": name, "state": "active", "polygon": AROUND, "starts_at": T0,
        "ends_at": T0 + timedelta(hours=1), "kinds": (Kind.CROWD,), "sources": ("camera",), "reason": "广场舞比赛",
        "exercise": True, "owner": "grid_operator", "owner_name": "席位", "owner_unit": "网格中心", "created_at": T0,
        **more,
    })  # fmt: skip


def claims(signals: Iterable[Signal]) -> list[Claim]:
    """What a suppression looks at in these signals."""
    return [
        Claim(
            one.signal_id, one.source, one.kind, one.severity, one.observed_at, one.place.lat, one.place.lon,
            one.exercise,
        )
        for one in signals
    ]  # fmt: skip


def order(**more: object) -> dict[str, object]:
    """The body of POST /api/suppressions."""
    return {
        "polygon": AROUND, "kinds": ["crowd"], "sources": ["camera"], "reason": "广场舞比赛，已报备", "exercise": True,
        **more,
    }  # fmt: skip
