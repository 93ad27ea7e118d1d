"""Ties between incidents, from either side, for whoever may see them."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.permissions import Role
from contracts.incidents import Incident, IncidentState, Relation, RelationName
from contracts.kinds import Kind
from tests.command_center.console import Console, console_of
from tests.command_center.seeding import call, fuse, incident, sight


def tied(number: int, to: str, relation: RelationName = "effect_of", lag: float = 720, **more: object) -> Incident:
    tie = Relation(
        incident_id=to, relation=relation, distance_m=180, lag_s=lag, zh="可能由交通事故引起", en="may come of"
    )
    return incident(number, sight(number), related=(to,), relations=(tie,), kind=Kind.CONGESTION, **more)


async def related(console: Console, name: str, role: str = Role.DISPATCHER) -> list[tuple[str, str, float]]:
    answer = await console.client.get(f"/api/incidents/{name}/related", headers=console.as_(role))
    found: list[dict[str, Any]] = answer.json()["items"]
    return [(one["incident_id"], one["relation"], one["lag_s"]) for one in found]


async def test_a_tie_is_seen_from_both_sides(engine: AsyncEngine, tmp_path: Path) -> None:
    await fuse(engine, incident(1, call(1)), tied(2, "incident-1"), signals=[call(1), sight(2)])
    async with console_of(engine, tmp_path, *Role) as console:
        assert await related(console, "incident-1") == [("incident-2", "cause_of", 720)]
        assert await related(console, "incident-2") == [("incident-1", "effect_of", -720)]


@pytest.mark.parametrize(
    ("relation", "turned"), [("near_repeat", "near_repeat"), ("cause_of", "effect_of"), ("follow_up", "followed_by")]
)
async def test_each_relation_has_its_other_side(
    engine: AsyncEngine, tmp_path: Path, relation: RelationName, turned: str
) -> None:
    await fuse(engine, incident(1, call(1)), tied(2, "incident-1", relation), signals=[call(1), sight(2)])
    async with console_of(engine, tmp_path, *Role) as console:
        assert await related(console, "incident-1") == [("incident-2", turned, 720)]


async def test_what_was_tied_to_a_merged_incident_is_found_from_its_survivor(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    gone = incident(1, call(1), state=IncidentState.MERGED, merged_into="incident-3")
    survivor = incident(3, call(3), redirects=("incident-1",))
    await fuse(engine, gone, survivor, tied(2, "incident-1"), signals=[call(1), call(3), sight(2)])
    async with console_of(engine, tmp_path, *Role) as console:
        assert await related(console, "incident-3") == [("incident-2", "cause_of", 720)]


async def test_the_street_is_not_told_of_a_confidential_call_by_its_tie(engine: AsyncEngine, tmp_path: Path) -> None:
    secret = call(1, confidential=True)
    await fuse(engine, incident(1, secret), tied(2, "incident-1"), signals=[secret, sight(2)])
    async with console_of(engine, tmp_path, *Role) as console:
        assert await related(console, "incident-2", Role.GRID_OPERATOR) == []
        assert len(await related(console, "incident-2", Role.DISPATCHER)) == 1


async def test_a_drill_and_the_real_are_never_shown_as_one_situation(engine: AsyncEngine, tmp_path: Path) -> None:
    await fuse(
        engine, incident(1, call(1), exercise=False), tied(2, "incident-1", exercise=True), signals=[call(1), sight(2)]
    )
    async with console_of(engine, tmp_path, *Role) as console:
        assert await related(console, "incident-1") == []
        assert await related(console, "incident-2") == []
