"""`hub streams`: check streams.yaml and every camera in it; print its JSON Schema."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from contracts.cameras import Camera
from contracts.errors import ConfigurationError, Outage
from hub import clock, streams
from hub.environment import settings_of_environment
from hub.streams.probing import CameraSeen, StreamSeen, Verdict, probe
from ingest import gb28181

app = typer.Typer(help="The cameras of streams.yaml.", no_args_is_help=True)

EXIT_CODES = {Verdict.OK: 0, Verdict.WARNING: 1, Verdict.NO_PICTURE: Outage.exit_code}
_MARKS = {Verdict.OK: "[green]✓[/]", Verdict.WARNING: "[yellow]![/]", Verdict.NO_PICTURE: "[red]✗[/]"}


@app.command()
def check(
    file: Annotated[Path | None, typer.Argument(help="by default HUB_VISION__STREAMS, or ./streams.yaml")] = None,
    camera: Annotated[list[str] | None, typer.Option(help="only this id; may be repeated")] = None,
    form_only: Annotated[bool, typer.Option("--form-only", help="read the file, connect to no camera")] = False,
    edition: Annotated[
        gb28181.Edition, typer.Option(help="by which GB/T 28181 --form-only explains the codes: 2016 or 2022")
    ] = "2016",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on the output")] = False,
) -> None:
    """Check the form of the file, then connect to every camera: reach, log in, first picture, codec, keyframes.

    With --form-only the GB/T 28181 code of each camera is explained, so that a mistyped digit can be seen.

    Exit code: 0 all is well, 1 warnings, 2 the file needs mending, 4 a camera gives no picture.

    Example: hub streams check

    Example: hub streams check county.yaml --camera 99019901081320000007 --json
    """
    read = streams.load(file or settings_of_environment().vision.streams)
    chosen = _chosen(read, camera or [])
    if form_only:
        _explain(chosen, edition)
        typer.echo(f"{read.source}: {len(chosen)} cameras, form is right · {len(chosen)} 路摄像机，格式正确")
        return
    seen = _probed(chosen)
    if as_json:
        typer.echo(json.dumps({"source": read.source, "cameras": [one.as_json() for one in seen]}, ensure_ascii=False))
    else:
        _show(seen)
    raise typer.Exit(EXIT_CODES[max((one.verdict for one in seen), default=Verdict.OK)])


@app.command()
def schema() -> None:
    """Print the JSON Schema of streams.yaml, for editors that complete and check as you type.

    Example: hub streams schema > streams.schema.json
    """
    typer.echo(json.dumps(streams.json_schema(), ensure_ascii=False, indent=2))


def _chosen(read: streams.Streams, wanted: list[str]) -> list[Camera]:
    known = {camera.camera_id: camera for camera in read.cameras}
    unknown = [camera_id for camera_id in wanted if camera_id not in known]
    if unknown:
        raise ConfigurationError(
            f"no camera {', '.join(unknown)}", where=read.source, hint=f"known: {', '.join(known) or 'none'}"
        )
    return [known[camera_id] for camera_id in wanted] if wanted else list(read.cameras)


def _probed(cameras: list[Camera]) -> list[CameraSeen]:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("cameras · 摄像机", total=len(cameras))
        return asyncio.run(probe(cameras, clock=clock.now, on_done=lambda seen: progress.advance(task)))


PARTS = ("area", "industry", "type", "network")


def _explain(cameras: list[Camera], edition: gb28181.Edition) -> None:
    for camera in cameras:
        code = gb28181.parse(camera.camera_id)
        said = code.explain(edition) if code else {}
        typer.echo("  ".join([camera.camera_id, camera.name, " · ".join(said[part] for part in PARTS if part in said)]))


def _show(seen: list[CameraSeen]) -> None:
    table = Table("", "camera", "name", "stream", "first picture", "codec", "size", "fps", "keyframes", "say")
    for one in seen:
        for stream in one.streams:
            table.add_row(_MARKS[stream.verdict], one.camera_id, one.name, stream.stream, *_measures(stream))
    Console().print(table)
    counts = {verdict: sum(one.verdict is verdict for one in seen) for verdict in Verdict}
    Console().print(
        f"{counts[Verdict.OK]} fine, {counts[Verdict.WARNING]} with a warning, {counts[Verdict.NO_PICTURE]} without a "
        f"picture · 正常 {counts[Verdict.OK]}，警告 {counts[Verdict.WARNING]}，无画面 {counts[Verdict.NO_PICTURE]}"
    )


def _measures(stream: StreamSeen) -> tuple[str, ...]:
    return (
        "" if stream.first_picture_s is None else f"{stream.first_picture_s:.1f} s",
        stream.codec,
        f"{stream.width}×{stream.height}" if stream.width else "",
        "" if stream.fps is None else f"{stream.fps:g}",
        "" if stream.gop_s is None else f"every {stream.gop_s:g} s",
        "正常 · fine" if stream.verdict is Verdict.OK else f"{stream.zh}\n{stream.en}",
    )
