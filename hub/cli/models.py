"""`hub models`: which detection models are here, whether one fits, and better ones from ultralytics."""

from pathlib import Path
from typing import Annotated

import typer

from hub import models

app = typer.Typer(help="Detection models.", no_args_is_help=True)


@app.command("list")
def list_models() -> None:
    """The models on this machine.

    Example: hub models list
    """
    found = models.known_models()
    for path in found:
        typer.echo(f"{path.stat().st_size / 1e6:7.1f} MB  {path}")
    if not found:
        typer.echo("none yet: run `hub assets` for the starter models")


@app.command()
def check(path: Annotated[Path, typer.Argument(help="an ONNX export, or an OpenVINO export's folder")]) -> None:
    """Load a model as vision would and say what it is.

    Example: hub models check yolo11n.onnx
    """
    facts = models.check(path)
    typer.echo(f"path    {facts.path}")
    typer.echo(f"input   {facts.width}×{facts.height}")
    typer.echo(f"output  {facts.layout}")
    typer.echo(f"classes {len(facts.labels)}: {', '.join(facts.labels[:12])}{' …' if len(facts.labels) > 12 else ''}")
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
