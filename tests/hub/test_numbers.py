from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from fusion.barriers import Barrier
from fusion.ledger_versions import Versions
from fusion.policy import Params
from hub.database import outages
from hub.numbers import in_force, in_use
from hub.settings import FusionSettings, Settings

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)

RIVER, WALL = (Barrier(name=name, corners=((34.0, 118.0), (34.1, 118.0))) for name in ("river", "wall"))
FITTED = Params(version="fitted")


@pytest.mark.parametrize(
    ("own", "version", "barriers"),
    [
        pytest.param((), (), (), id="none anywhere"),
        pytest.param((RIVER,), (), (RIVER,), id="the place's own"),
        pytest.param((RIVER,), (WALL,), (WALL,), id="the version's own"),
    ],
)
async def test_a_version_has_the_barriers_of_the_place_unless_it_brings_its_own(
    engine: AsyncEngine, own: tuple[Barrier, ...], version: tuple[Barrier, ...], barriers: tuple[Barrier, ...]
) -> None:
    versions = Versions(engine, outages)
    await versions.keep(FITTED.model_copy(update={"barriers": version}), {}, at=NOON)
    await versions.apply("fitted", login="head", reason="less noise", at=NOON)
    found = await in_force(versions, Params(barriers=own))
    assert found is not None
    assert (found.version, found.barriers) == ("fitted", barriers)


async def test_the_settings_hold_until_a_person_puts_a_version_into_force(engine: AsyncEngine, tmp_path: Path) -> None:
    file = tmp_path / "params.json"
    file.write_text(Params(version="ours").model_dump_json(), encoding="utf-8")
    settings, versions = Settings(fusion=FusionSettings(params=file)), Versions(engine, outages)
    assert (await in_use(versions, settings)).version == "ours"
    await versions.keep(FITTED, {}, at=NOON)
    await versions.apply("fitted", login="head", reason="less noise", at=NOON)
    assert (await in_use(versions, settings)).version == "fitted"
