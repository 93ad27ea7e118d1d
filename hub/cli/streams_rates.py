"""`hub streams rates`: 在线率 and 完好率 of a period, per bureau and per camera, on the screen or as a file."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from command_center.rates import BUREAU_ZH, Rate, Rates, rates
from command_center.rates_sheet import as_csv
from command_center.store.database import Database
from command_center.store.health_log import HealthLog
from command_center.store.incidents import Cameras
from contracts.errors import ConfigurationError
from detectors.calendar import CHINA
from hub import clock
from hub.environment import settings_of_environment
from hub.resources import open_database
from hub.settings import Settings

WORST = 20


def show_rates(
    start: Annotated[str, typer.Option("--from", help="2026-11-01 or 2026-11-01T08:00; a day before --to")] = "",
    end: Annotated[str, typer.Option("--to", help="as --from; now when absent")] = "",
    form: Annotated[Literal["table", "csv", "json"], typer.Option("--format", help="how it is told")] = "table",
    out: Annotated[Path | None, typer.Option(help="write it into this file instead of the screen")] = None,
) -> None:
    """在线率 and 完好率 with their definitions, per bureau and per camera; time without data is said, never guessed.

    Example: hub streams rates --from 2026-11-01 --to 2026-12-01 --format csv --out november.csv
    """
    now = clock.now()
    until = min(_moment(end, "--to") if end else now, now)
    since = _moment(start, "--from") if start else until - timedelta(days=1)
    if since >= until:
        raise ConfigurationError(
            "the period is empty", where="--from", hint="--from must be before --to and before now"
        )
    found = asyncio.run(_found(settings_of_environment(), since, until))
    if out is None and form == "table":
        _show(found)
        return
    data = found.model_dump_json(indent=2).encode() + b"\n" if form == "json" else as_csv(found)
    if out is None:
        typer.get_binary_stream("stdout").write(data)
    else:
        out.write_bytes(data)
        typer.echo(f"{out}: {len(found.cameras)} cameras · {len(found.cameras)} 路摄像机")


async def _found(settings: Settings, since: datetime, until: datetime) -> Rates:
    async with open_database(settings) as engine:
        database = Database(engine)
        log = await HealthLog(database).between(since, until)
        return rates(await Cameras(database).all(), log, since, until)


def _moment(text: str, where: str) -> datetime:
    """Local time of China where the text names no offset."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as bad:
        raise ConfigurationError(
            f"{text!r} is no date", where=where, hint="write 2026-11-01 or 2026-11-01T08:00"
        ) from bad
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _show(found: Rates) -> None:
    table = Table(
        "", "路数", "在线率\nonline", "完好率\nintact", "即时在线\nonline now", "无数据\nno data", "缺陷 defects"
    )
    table.add_row("合计 total", *_figures(found.total))
    for bureau in found.bureaus:
        table.add_row(BUREAU_ZH[bureau.bureau], *_figures(bureau))
    worst = sorted(found.cameras, key=lambda one: (one.intact_rate is not None, one.intact_rate or 0.0))[:WORST]
    for camera in worst:
        table.add_row(f"{camera.name}\n{camera.camera_id}", *_figures(camera))
    console = Console()
    console.print(table)
    console.print(f"{found.note_zh}\n{found.note_en}")
    for one in found.definitions:
        console.print(f"{one.zh}：{one.how_zh}\n  {one.en}: {one.how_en}", highlight=False)


def _figures(rate: Rate) -> tuple[str, ...]:
    return (
        str(rate.cameras), _percent(rate.online_rate), _percent(rate.intact_rate), _percent(rate.instant_online_rate),
        f"{rate.no_data_s / 3600:.1f} h", "\n".join(f"{name} {s / 3600:.2f} h" for name, s in rate.defects_s.items()),
    )  # fmt: skip


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.2f} %"
