"""`hub streams`: check streams.yaml and every camera in it; print its JSON Schema."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from contracts.cameras import Camera
from contracts.errors import ConfigurationError, Outage
from hub import streams
from hub.cli import streams_adding, streams_rates
from hub.cli.streams_shown import explain, probed, show_seen, show_twice
from hub.environment import settings_of_environment
from hub.streams.judging import Verdict
from hub.streams.noticing import twice
from ingest import gb28181

HELP = "The cameras of streams.yaml: check, add, import, export.\n\nExample: hub streams check"
app = typer.Typer(help=HELP, no_args_is_help=True)

EXIT_CODES = {Verdict.OK: 0, Verdict.WARNING: 1, Verdict.NO_PICTURE: Outage.exit_code}


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
    """Check the form of the file, then connect to every camera, many at a time, and say in words what is wrong.

    Reach, log in, first picture, codec, size, pictures a second, keyframe interval, bitrate, the camera's clock (where
    the stream tells it by RTCP), sub-stream; and cameras that are in the list twice. With --form-only the GB/T 28181
    code of each camera is explained, so that a mistyped digit can be seen.

    Exit code: 0 all is well, 1 warnings, 2 the file needs mending, 4 a camera gives no picture.

    Example: hub streams check

    Example: hub streams check county.yaml --camera 99019901081320000007 --json
    """
    read = streams.load(file or settings_of_environment().vision.streams)
    chosen = _chosen(read, camera or [])
    ids = {one.camera_id for one in chosen}
    pairs = [pair for pair in twice(read.cameras) if ids & {pair.one, pair.other}]
    if form_only:
        explain(chosen, edition)
        show_twice(pairs)
        typer.echo(f"{read.source}: {len(chosen)} cameras, form is right · {len(chosen)} 路摄像机，格式正确")
        return
    seen = probed(chosen)
    if as_json:
        answer = {
            "source": read.source,
            "cameras": [one.as_json() for one in seen],
            "twice": [asdict(p) for p in pairs],
        }
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        show_seen(seen, pairs)
    raise typer.Exit(
        EXIT_CODES[max([one.verdict for one in seen] + [Verdict.WARNING] * bool(pairs), default=Verdict.OK)]
    )


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


app.command("add")(streams_adding.add)
app.command("import")(streams_adding.import_csv)
app.command("export")(streams_adding.export)
app.command("discover")(streams_adding.discover_cameras)
app.command("gateway")(streams_adding.gateway)
app.command("rates")(streams_rates.show_rates)
