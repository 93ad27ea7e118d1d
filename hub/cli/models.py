"""`hub models`: which detection models are here, whether one fits, better ones from ultralytics, INT8 out of yours."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from contracts.kinds import EVENT_TYPES
from hub import models, quantizing, sample_pictures, streams
from hub.environment import settings_of_environment

app = typer.Typer(help="Detection models.\n\nExample: hub models list", no_args_is_help=True)

NOTEWORTHY = 0.985
"""a drop of more than 1.5 points is worth a word"""


@app.command("list")
def list_models() -> None:
    """The models on this machine.

    Example: hub models list
    """
    found = models.known_models()
    for path in found:
        size = sum(file.stat().st_size for file in (path.iterdir() if path.is_dir() else [path]))
        typer.echo(f"{size / 1e6:7.1f} MB  {path}")
    if not found:
        typer.echo("none yet: run `hub assets` for the starter models")


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="an ONNX export, an OpenVINO export's folder, .pt weights or .engine")],
) -> None:
    """Load a model as vision would, with the engine, device and classes of the settings; try it; say what it is.

    Example: hub models check yolo11n.onnx

    Example: HUB_VISION__ENGINE=onnxruntime HUB_VISION__CLASSES='{"fire": "flame_detected"}' hub models check city.onnx
    """
    vision = settings_of_environment().vision
    facts = models.check(path, engine=vision.engine, device=vision.device, classes=vision.classes)
    typer.echo(f"path    {facts.path}")
    typer.echo(f"engine  {facts.engine} on {vision.device}")
    typer.echo(f"input   {facts.width}×{facts.height}")
    typer.echo(f"output  {facts.layout}")
    typer.echo(f"speed   {facts.milliseconds:.1f} ms of processor time per picture, one thread")
    typer.echo(f"classes {len(facts.labels)}: {', '.join(facts.labels[:12])}{' …' if len(facts.labels) > 12 else ''}")
    typer.echo(f"meaning {'; '.join(_meaning(name, one) for name, one in facts.meanings.items()) or 'none'}")
    if not facts.meanings:
        typer.echo('        no rule knows a class of it: HUB_VISION__CLASSES=\'{"its class": "flame_detected"}\'')
    typer.echo(f"use it  HUB_VISION__MODEL={facts.path} hub up")


@app.command()
def pull(
    name: Annotated[str, typer.Argument(help="an ultralytics model, for example yolo11n")],
    size: Annotated[int, typer.Option(min=32, help="side of the input in pixels, a multiple of 32")] = 640,
) -> None:
    """Fetch a model with ultralytics (optional extra, AGPL-3.0) and export it to ONNX.

    Example: hub models pull yolo11n --size 416
    """
    check(models.pull(name, size))


@app.command()
def quantize(
    path: Annotated[Path, typer.Argument(help="an ONNX export")],
    source: Annotated[
        list[Path] | None,
        typer.Option("--from", help="pictures, videos or folders; the cameras of streams.yaml when absent"),
    ] = None,
    pictures: Annotated[int, typer.Option(min=quantizing.LEAST_PICTURES, help="half calibrate, half compare")] = 64,
    within: Annotated[float, typer.Option(min=1, help="seconds to wait for the cameras' pictures")] = 60.0,
    out: Annotated[Path | None, typer.Option(help="by default beside the pulled models, named -int8")] = None,
) -> None:
    """Make an INT8 model out of pictures of your own cameras, and measure what it costs and gains on others of them.

    Example: hub models quantize yolo11n-640.onnx

    Example: hub models quantize yolo11n-640.onnx --from recordings/ --pictures 128
    """
    target = out or models.models_dir() / f"{path.stem}-int8.onnx"
    with _bars() as told:
        if source:
            found = sample_pictures.from_files(source, pictures, lambda done, total: told("pictures", done, total))
        else:
            cameras = streams.load(settings_of_environment().vision.streams).cameras
            found = asyncio.run(
                sample_pictures.from_cameras(
                    cameras, pictures, within, lambda done, total: told("pictures", done, total)
                )
            )
        change = quantizing.quantize(path, found, target, told)
    _show(change)


def _show(change: quantizing.Change) -> None:
    table = Table("", "before", "after", "")
    before_ms, after_ms = change.milliseconds
    table.add_row("file", *(f"{one / 1e6:.1f} MB" for one in change.bytes), "")
    table.add_row(
        "processor time per picture",
        f"{before_ms:.1f} ms",
        f"{after_ms:.1f} ms",
        f"{before_ms / after_ms:.2f} × faster",
    )
    table.add_row(f"things on {change.pictures} pictures", *(str(one) for one in change.things), "")
    table.add_row(
        "mAP50 against before", "100.0", f"{change.map50 * 100:.1f}", f"{change.map50 * 100 - 100:+.1f} points"
    )
    table.add_row(f"count of {change.label or 'nothing'}, off by", "0", f"{change.count_error:.2f}", "per picture")
    Console().print(table)
    typer.echo(
        "The pictures compared on were not calibrated on; «before» is the reference, whether it is right or not."
    )
    if not change.map50 >= NOTEWORTHY:
        typer.echo("That is more than 1.5 points: give more pictures, of other hours too, and try again.")
    typer.echo(f"use it  HUB_VISION__MODEL={change.made} hub up")


def _meaning(name: str, meaning: str) -> str:
    if meaning not in EVENT_TYPES:
        return name if meaning == name else f"{name} = {meaning}"
    return f"{name} → {EVENT_TYPES[meaning].zh} ({meaning}, rule presence)"


@contextmanager
def _bars() -> Iterator[quantizing.Progress]:
    """A bar a step, on the error stream."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)

        yield tell
