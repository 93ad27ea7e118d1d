"""`hub camera-sim`: recorded files as RTSP cameras, and the switch for their faults."""

import asyncio
import os
import signal
import ssl
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

from contracts.errors import ConfigurationError, Outage
from hub import assets, clock, streams
from hub.camera_sim import Account, CameraPath, CameraSim, Clip, Fault
from hub.camera_sim.control import controlling
from hub.camera_sim.demo import paths_of, server_of
from hub.camera_sim.path import offset_of

CONTROL_PORT = 8555
DEMO_PASSWORD = "DEMO_CAMERA_PASSWORD"

app = typer.Typer(invoke_without_command=True)
ControlPort = Annotated[int, typer.Option(help="where faults are switched, on this machine only")]
Scheme = Literal["none", "basic", "digest"]


@app.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    camera: Annotated[list[str] | None, typer.Option(help="NAME=FILE, or NAME*COUNT=FILE for NAME1 …")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="every camera of streams.yaml, from the demo's footage")] = False,
    file: Annotated[Path, typer.Option("--streams", help="whose cameras --demo serves")] = Path("streams.yaml"),
    host: Annotated[str, typer.Option(help="0.0.0.0 lets other machines watch")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="8554, or the one that streams.yaml speaks of")
    ] = None,
    control_port: ControlPort = CONTROL_PORT,
    auth: Annotated[Scheme, typer.Option(help="what the cameras ask for")] = "digest",
    user: Annotated[str | None, typer.Option(help="hub, or the one that streams.yaml speaks of")] = None,
    password_env: Annotated[str, typer.Option(help="the variable that holds the password")] = DEMO_PASSWORD,
    tls_cert: Annotated[Path | None, typer.Option(help="PEM certificate: serve rtsps")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="PEM key of the certificate")] = None,
) -> None:
    """Serve recorded H.264 and H.265 files as live cameras over TCP, until Ctrl-C.

    Example: hub camera-sim --demo

    Example: hub camera-sim --camera plaza=plaza.mp4 --camera plaza/sub=small.mp4 --auth none

    Example: hub camera-sim --camera "cam*64=street.mp4" --port 9554

    Then:    hub camera-sim fault plaza freeze
    """
    if context.invoked_subcommand is not None:
        return
    cameras = streams.load(file).cameras if demo else ()
    known_user, known_port = server_of(cameras)
    account = _account(auth, user or known_user or "hub", password_env)
    if demo:
        footage = assets.paths()
        paths = paths_of(cameras, footage.street_1080p, footage.street_360p, account)
    else:
        paths = _paths(camera or [], account)
    port = known_port if port is None else port
    asyncio.run(_serve(CameraSim(paths), host, port, control_port, _tls(tls_cert, tls_key)))


@app.command()
def fault(
    camera: Annotated[str, typer.Argument(help="a camera, with all its streams; or the path of one stream")],
    kind: Annotated[Fault, typer.Argument(help="none mends it")],
    control_port: ControlPort = CONTROL_PORT,
) -> None:
    """Switch a fault of a running simulator.

    Example: hub camera-sim fault 99019901081320000001 drop

    Example: hub camera-sim fault 99019901081320000001 none
    """
    body = _control("POST", f"/cameras/{camera}/fault/{kind.value}", control_port)
    typer.echo(f"{body['camera']}: {body['fault']} on {body['paths']} stream(s)")


@app.command("list")
def list_cameras(control_port: ControlPort = CONTROL_PORT) -> None:
    """List the cameras of a running simulator, who watches and what is wrong.

    Example: hub camera-sim list
    """
    table = Table("camera", "path", "codec", "watchers", "fault")
    for item in _control("GET", "/cameras", control_port)["items"]:
        table.add_row(*(str(item[column.header]) for column in table.columns))
    Console().print(table)


async def _serve(sim: CameraSim, host: str, port: int, control_port: int, tls: ssl.SSLContext | None) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with (
        sim.serving(clock=clock.now, host=host, port=port, tls=tls),
        controlling(sim, control_port) as control,
    ):
        scheme = "rtsps" if tls else "rtsp"
        typer.echo(f"{len(sim.paths)} streams on {scheme}://{host}:{sim.port}/, faults on http://127.0.0.1:{control}/")
        await stop.wait()


def _paths(specs: list[str], account: Account | None) -> list[CameraPath]:
    if not specs:
        raise ConfigurationError("nothing to serve", where="hub camera-sim", hint="--camera NAME=FILE, or --demo")
    clips: dict[str, Clip] = {}
    paths: list[CameraPath] = []
    for spec in specs:
        name, _, file = spec.partition("=")
        name, _, count = name.partition("*")
        if not name or not file or not (count or "1").isdigit():
            raise ConfigurationError(f"not NAME=FILE: {spec}", where="--camera", hint="plaza=plaza.mp4, cam*8=a.mp4")
        clip = clips.get(file) or clips.setdefault(file, Clip.load(Path(file)))
        names = [f"{name}{number}" for number in range(1, int(count) + 1)] if count else [name]
        paths += [
            CameraPath(each, clip, account=account, start_s=offset_of(len(paths) + n, clip))
            for n, each in enumerate(names)
        ]
    return paths


def _account(auth: Scheme, user: str, password_env: str) -> Account | None:
    if auth == "none":
        return None
    password = os.environ.get(password_env, "")
    if not password:
        hint = f"export {password_env}=…, name another variable with --password-env, or use --auth none"
        raise ConfigurationError("the cameras' password is not set", where=password_env, hint=hint)
    return Account(auth, user, password)


def _tls(cert: Path | None, key: Path | None) -> ssl.SSLContext | None:
    if cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(cert, key)
    except (OSError, ssl.SSLError) as problem:
        raise ConfigurationError(str(problem), where=str(cert), hint="a PEM certificate and its PEM key") from None
    return context


def _control(method: str, target: str, port: int) -> dict[str, Any]:
    import httpx  # a third of a second that serving does not need

    try:
        answer = httpx.request(method, f"http://127.0.0.1:{port}{target}", timeout=5, trust_env=False)
    except httpx.HTTPError:
        raise Outage(f"no camera-sim answers on control port {port}; start it with: hub camera-sim --demo") from None
    body = answer.json()
    if answer.is_error:
        known = ", ".join(body.get("known", []))
        raise ConfigurationError(body["detail"], hint=f"known: {known}" if known else "")
    return dict(body)
