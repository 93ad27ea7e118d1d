"""`hub simulate drill`: a simulated city sent into a running hub, marked 演练."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import httpx
import typer

from contracts.bus import Bus
from contracts.geo import GeoPoint
from hub import clock
from hub.cli.simulate_city import progress_told
from hub.cli.simulate_key import demo_key, read_key
from hub.demo.settings import MAP_DIR
from hub.environment import settings_of_environment
from hub.gazetteer import load_gazetteer
from hub.resources import open_bus
from hub.settings import Settings
from hub.shutdown import run_until_stopped
from hub.simulate.city.day import CityDay, city_day
from hub.simulate.city.drill import Drill
from hub.simulate.city.posting import posts, timetable
from hub.simulate.city.presets import scenario, settings_of
from hub.simulate.sender import HttpSender, wait_for_console
from hub.telemetry import configure_logging


@dataclass(frozen=True, slots=True)
class _Run:
    """What the command line asks for."""

    day: CityDay
    seed: int
    speed: float
    from_hour: float
    duration_s: float | None
    url: str
    key: str | None
    cameras: bool
    progress: bool


def drill(
    name: Annotated[str, typer.Option("--scenario", help="a name of `hub simulate city --list`, or several")] = "base",
    settings: Annotated[Path | None, typer.Option(help="YAML or JSON with what differs from the base")] = None,
    seed: Annotated[int, typer.Option(help="the same seed sends the same day")] = 1,
    speed: Annotated[float, typer.Option(min=0.01, max=10_000, help="times real time; lags shrink with it")] = 1.0,
    from_hour: Annotated[float, typer.Option(min=0, help="of the simulated day")] = 0.0,
    duration: Annotated[float | None, typer.Option(min=0.1, help="seconds; without it until the day is over")] = None,
    cameras: Annotated[bool, typer.Option(help="send observations too, onto the hub's own bus")] = True,
    url: Annotated[str | None, typer.Option(help="the console's address; by default from the settings")] = None,
    key_file: Annotated[Path | None, typer.Option(help="a source's API key; by default one of the demo")] = None,
    progress: Annotated[bool, typer.Option(help="show how far it is")] = True,
) -> None:
    """Send a simulated city's calls, reports and cases to a running hub's intake, and observations onto its bus.

    Everything is marked 演练. Its truth: `hub simulate city` with the same scenario and seed.

    Example: hub simulate drill --scenario day-night --speed 60 --from-hour 8
    Example: hub simulate drill --url https://hub.example.gov --key-file drill.key --no-cameras
    """
    environment = settings_of_environment()
    configure_logging(environment, "simulate")
    key = read_key(key_file) if key_file else None
    made = scenario(name, settings_of(settings) if settings else {})
    with progress_told(enabled=progress) as told:
        day = city_day(made, seed, told)
    console = environment.console
    base = url or console.public_url or f"http://{console.host}:{console.port}"
    run_until_stopped(_send(environment, _Run(day, seed, speed, from_hour, duration, base, key, cameras, progress)))


async def _send(settings: Settings, run: _Run) -> None:
    gazetteer = load_gazetteer(settings.console.map_dir or MAP_DIR, default_district=settings.feeds.default_district)

    def district_of(point: GeoPoint) -> str:
        return gazetteer.around(point)[1]

    async with AsyncExitStack() as stack:
        bus: Bus | None = await stack.enter_async_context(open_bus(settings)) if run.cameras else None
        key = run.key if run.key is not None else await demo_key(settings)
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=run.url, timeout=httpx.Timeout(10.0)))
        told = stack.enter_context(progress_told(enabled=run.progress))
        await wait_for_console(client, asyncio.sleep)
        started = clock.now()
        table = timetable(run.day, started=started, speed=run.speed, from_hour=run.from_hour)
        over_s = table.due_s(run.day.arrivals[-1]) if run.day.arrivals else 0.0
        over_s = over_s if run.duration_s is None else min(over_s, run.duration_s)
        sending = Drill(HttpSender(client, key), bus, elapsed=lambda: (clock.now() - started).total_seconds())
        counts = await sending.run(
            posts(run.day, table, run.seed, district_of, dict(settings.fusion.partitions)),
            until_s=run.duration_s,
            told=lambda at_s: told("drill, seconds", int(at_s), int(over_s)),
        )
    typer.echo("\n".join(f"{what:24} {count}" for what, count in sorted(counts.items())))
