"""`hub simulate`: 110 calls, grid reports, disputes and petitions, with a county's mix, lags and mistakes."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer

from hub import clock
from hub.cli import simulate_311, simulate_city, simulate_drill
from hub.cli.simulate_key import demo_key, read_key
from hub.demo.settings import MAP_DIR
from hub.environment import settings_of_environment
from hub.resources import open_bus
from hub.settings import Settings
from hub.shutdown import run_until_stopped
from hub.simulate.worker import Options, simulate
from hub.telemetry import configure_logging

DEMO_RATE, REAL_RATE = 18.0, 1.0


app = typer.Typer(invoke_without_command=True)


@app.callback()
def town(
    called: typer.Context,
    rate: Annotated[float | None, typer.Option(min=0.01, help="times a county's day (1 = about 100 calls)")] = None,
    seed: Annotated[int, typer.Option(help="the same seed sends the same script")] = 1,
    duration: Annotated[float | None, typer.Option(min=0.1, help="seconds; without it until Ctrl-C")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="short lags, an opening with fused incidents, rate 18")] = False,
    kafka: Annotated[bool, typer.Option("--kafka", help="send on the raw topics instead of by HTTP")] = False,
    witnesses: Annotated[bool, typer.Option(help="let people report what the cameras see")] = True,
    url: Annotated[str | None, typer.Option(help="the console's address; by default from the settings")] = None,
    key_file: Annotated[
        Path | None, typer.Option(help="file with a source's API key; by default a key of the demo is made")
    ] = None,
) -> None:
    """Send reports as a county's sources do: varied, late, repeated, some without an address, a few unreadable.

    Beside that: a whole city's day with its truth (`city`), sent as a drill (`drill`), and public 311 records.

    Example: hub simulate --demo
    Example: hub simulate --rate 10 --seed 7 --duration 600
    Example: hub simulate --kafka --no-witnesses
    Example: hub simulate --url https://hub.example.gov --key-file grid.key
    """
    if called.invoked_subcommand is not None:
        return
    settings = settings_of_environment()
    configure_logging(settings, "simulate")
    key = read_key(key_file) if key_file else None
    console = settings.console
    options = Options(
        map_dir=console.map_dir or MAP_DIR,
        url=url or console.public_url or f"http://{console.host}:{console.port}",
        rate=rate or (DEMO_RATE if demo else REAL_RATE),
        seed=seed,
        duration_s=duration,
        demo=demo,
        kafka=kafka,
        witnesses=witnesses,
    )
    run_until_stopped(_run(settings, options, key))


app.command("city")(simulate_city.city)
app.command("drill")(simulate_drill.drill)
app.command("import-311")(simulate_311.import_311)


async def _run(settings: Settings, options: Options, key: str | None) -> None:
    async with AsyncExitStack() as stack:
        needs_bus = options.witnesses or options.kafka
        bus = await stack.enter_async_context(open_bus(settings)) if needs_bus else None
        if key is None and not options.kafka:
            key = await demo_key(settings)
        counts = await simulate(options, bus, key or "", clock.now)
    typer.echo("\n".join(f"{name:24} {n}" for name, n in sorted(counts.items())))
