"""`hub simulate city`: a city's day with its truth, as a file for `hub replay` or as a drill for a running hub."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from contracts.errors import ConfigurationError
from fusion.policy import load_params
from hub.simulate.city.corrections import Corrected
from hub.simulate.city.day import CityDay, Told, city_day
from hub.simulate.city.files import CAMERAS, DAY, SETTINGS, Folder, signal_line, streams_yaml
from hub.simulate.city.presets import PRESETS, laid_over, scenario, settings_of
from hub.simulate.city.settings import CitySettings

TELL_EVERY, MANY = 100, 10_000
"""a bar of many steps is drawn at every hundredth of them"""


def city(
    out: Annotated[Path | None, typer.Option(help="folder for day.jsonl, truth.jsonl, streams.yaml")] = None,
    name: Annotated[str, typer.Option("--scenario", help="a name of --list, or several joined by +")] = "base",
    settings: Annotated[Path | None, typer.Option(help="YAML or JSON with what differs from the base")] = None,
    seed: Annotated[int, typer.Option(help="the same seed writes the same bytes")] = 1,
    days: Annotated[float | None, typer.Option(min=0.001, max=366, help="how many; 1 by default")] = None,
    signals: Annotated[int | None, typer.Option(min=1, max=2_000_000, help="the first so many of as many days")] = None,
    duplicates: Annotated[
        bool, typer.Option("--duplicates", help="repeats, and an hour a day that comes late")
    ] = False,
    corrections: Annotated[bool, typer.Option("--corrections", help="operators merge, split, undo …")] = False,
    params: Annotated[Path | None, typer.Option(help="fusion's parameters, for --corrections")] = None,
    progress: Annotated[bool, typer.Option(help="show how far it is")] = True,
    listed: Annotated[bool, typer.Option("--list", help="name the scenarios")] = False,
    shown: Annotated[bool, typer.Option("--show-settings", help="print every number of the scenario as YAML")] = False,
) -> None:
    """Write a simulated city's day and its truth, ready for `hub replay`; everything in it is invented.

    Example: hub simulate city --seed 7 --scenario noise-2+outage --out day && hub replay day/day.jsonl --out d.jsonl
    Example: hub simulate city --signals 100000 --duplicates --corrections --out big
    Example: hub simulate city --list
    """
    if listed:
        typer.echo("\n".join(f"{preset:20} {what.what}" for preset, what in PRESETS.items()))
        return
    made = _settings(name, settings, days, duplicates=duplicates)
    if shown:
        typer.echo(yaml_of(made), nl=False)
        return
    if out is None:
        raise ConfigurationError("nowhere to write to", where="--out", hint="--out DIR, or --list, or --show-settings")
    folder = Folder(out)
    with progress_told(enabled=progress) as told:
        day = city_day(made, seed, told) if signals is None else as_many(made, seed, signals, told)
        corrected = Corrected(day, load_params(params), seed, told) if corrections else None
        written = folder.write(DAY, corrected.lines() if corrected else _plain(day, told))
    folder.write_truth(day.truth)
    folder.write(CAMERAS, [streams_yaml(day.cameras, district_names(made)).rstrip("\n").encode()])
    folder.write(SETTINGS, [f"# seed {seed}, {len(day.signals)} signals\n{yaml_of(made)}".rstrip("\n").encode()])
    for what, count in sorted(corrected.results.items()) if corrected else ():
        typer.echo(f"{what:20} {count}", err=True)
    clusters = len({truth.cluster for truth in day.truth.values()})
    typer.echo(
        f"{written} records, {len(day.truth)} signals of {clusters} clusters in {out}; next: hub replay {out / DAY}"
    )


def yaml_of(settings: CitySettings) -> str:
    """Every number of a scenario, as `--settings` reads it."""
    return yaml.safe_dump(settings.model_dump(mode="json"), allow_unicode=True, sort_keys=False)


def district_names(settings: CitySettings) -> list[str]:
    """The districts of a scenario's city."""
    ground = settings.ground
    count = ground.columns * ground.rows
    return [ground.district] if count == 1 else [f"{ground.district}-{n + 1}" for n in range(count)]


def as_many(settings: CitySettings, seed: int, signals: int, told: Told) -> CityDay:
    """The first so many signals of as many days as it takes, with the truth of those only."""
    day = city_day(settings, seed, told)
    days = settings.days
    while len(day.signals) < signals:
        days *= 1.03 * signals / max(len(day.signals), 1)
        day = city_day(settings.model_copy(update={"days": days}), seed, told)
    kept = day.signals[:signals]
    truth = {signal.signal_id: day.truth[signal.signal_id] for signal in kept}
    return CityDay(kept, day.arrivals[:signals], truth, day.cameras)


@contextmanager
def progress_told(*, enabled: bool) -> Iterator[Told]:
    """How far it is, on stderr."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not enabled) as bar:
        task = bar.add_task("city", total=None)

        def tell(doing: str, done: int, total: int) -> None:
            if total < MANY or done % TELL_EVERY == 0:
                bar.update(task, description=doing, completed=done, total=total)

        yield tell


def _settings(name: str, file: Path | None, days: float | None, *, duplicates: bool) -> CitySettings:
    said = settings_of(file) if file else {}
    if days is not None:
        said = laid_over(said, {"days": days})
    return scenario(f"{name}+duplicates+outage" if duplicates else name, said)


def _plain(day: CityDay, told: Callable[[str, int, int], None]) -> Iterator[bytes]:
    for number, (signal, arrived_at) in enumerate(zip(day.signals, day.arrivals, strict=True)):
        told("writing", number, len(day.signals))
        yield signal_line(signal, arrived_at)
