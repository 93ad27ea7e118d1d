"""`hub streams add, import, export, discover, gateway`: cameras from an address, a table, the network, a gateway."""

import asyncio
import csv
import io
import os
import re
import sys
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote

import httpx
import typer
from rich.console import Console

from contracts.cameras import Camera
from contracts.errors import ConfigurationError, Outage
from hub import streams
from hub.cli.streams_shown import explain, folded, probed, show_seen, show_twice
from hub.environment import settings_of_environment
from hub.streams import records, sheet
from hub.streams.discovery import discover
from hub.streams.gateway import ANSWER_S, Gateway
from hub.streams.gateway import entry_of as entry_of_channel
from hub.streams.importing import Imported, as_camera, import_entries, import_sheet
from hub.streams.judging import Verdict
from hub.streams.onvif_profiles import Described, describe
from hub.streams.probing import CameraSeen

Target = Annotated[Path | None, typer.Option("--file", help="the streams.yaml to change; HUB_VISION__STREAMS, or ./")]
PasswordEnv = Annotated[str, typer.Option(help="the variable that holds the password; only its name is written")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="say what would be done, change nothing")]
IN_FORCE = "a running hub takes it over within 5 s · 运行中的系统 5 秒内生效"


def target_of(file: Path | None) -> Path:
    """The streams.yaml that is meant."""
    return file or settings_of_environment().vision.streams


def add(
    url: Annotated[str, typer.Argument(help="rtsp://[user:password@]host[:port]/path")],
    name: Annotated[str | None, typer.Option(help="as people in the county call the spot")] = None,
    lat: Annotated[float | None, typer.Option(help="where it hangs")] = None,
    lon: Annotated[float | None, typer.Option()] = None,
    datum: Annotated[str | None, typer.Option(help="WGS-84, CGCS2000, GCJ-02 (高德) or BD-09 (百度)")] = None,
    camera_id: Annotated[str | None, typer.Option("--id", help="GB/T 28181 code, or a text of your own")] = None,
    bureau: Annotated[str | None, typer.Option(help="城管, 交通 or 住建")] = None,
    district: Annotated[str | None, typer.Option(help="a key of `districts`")] = None,
    sub_url: Annotated[str | None, typer.Option(help="the sub-stream")] = None,
    bearing: Annotated[float | None, typer.Option(help="where it looks, compass degrees")] = None,
    purpose: Annotated[str | None, typer.Option(help="what public safety purpose it serves")] = None,
    filing_no: Annotated[str | None, typer.Option(help="its filing number (条例 art. 14)")] = None,
    password_env: PasswordEnv = "CAMERA_PASSWORD",
    anyway: Annotated[bool, typer.Option("--anyway", help="add it although it gives no picture")] = False,
    file: Target = None,
) -> None:
    """Add one camera: read its form, connect to it, say what was seen, and write it into streams.yaml.

    A password in the address is not written: its place takes ${CAMERA_PASSWORD}, which the hub's environment must hold.

    Example: hub streams add "rtsp://admin:secret@10.0.3.7/Streaming/Channels/101" --name 人民广场 --bureau 城管
    --lat 34.3294 --lon 118.0076 --datum GCJ-02 --district 990199-east --filing-no YS-2026-0099
    """
    target = target_of(file)
    known = {camera.camera_id for camera in streams.load(target).cameras}
    address, sub = (None if one is None else _without_password(one, password_env) for one in (url, sub_url))
    entry = {
        "id": camera_id or _id_of(address or ""), "name": name or _asked("name · 名称"), "bureau": bureau,
        "url": address, "sub_url": sub, "district": district, "bearing_deg": bearing,
        "place": _given(lat=lat, lon=lon, datum=datum), "legal": _given(purpose=purpose, filing_no=filing_no),
    }  # fmt: skip
    entry = {key: value for key, value in entry.items() if value not in (None, {})}
    if entry["id"] in known:
        raise ConfigurationError(f"there is a camera {entry['id']} already", where=str(target), hint="--id OTHER")
    import_entries([entry], target, dry_run=True)
    seen = _looked_at(as_camera(entry, target))
    if seen.verdict is Verdict.NO_PICTURE and not anyway:
        raise Outage("not added, because it gives no picture; mend it, or add it --anyway")
    _tell(import_entries([entry], target), target)


def import_csv(
    table: Annotated[Path, typer.Argument(help="CSV with the columns of 一机一档, UTF-8 or GBK")],
    user: Annotated[str, typer.Option(help="of cameras whose address is made of IP and maker")] = "admin",
    password_env: PasswordEnv = "CAMERA_PASSWORD",
    dry_run: DryRun = False,
    file: Target = None,
) -> None:
    """Import a table of cameras: all rows or none; what is wrong is told by row and column.

    Columns, in Chinese or by key: 设备编码 gb_id, 设备名称 name, 主码流地址 url, 子码流地址 sub_url, or IP地址 ip
    with 设备厂商 manufacturer (海康, 大华, 宇视), 经度 lon, 纬度 lat, 坐标系 datum, 监视方位 direction or 监视角度
    view_angle (degrees from the east), 安装高度 install_height, 所属行业 industry_owner, 片区 district, 备案编号
    filing_no, 提示标识 sign_installed, 建设目的 purpose, 保存天数 retain_days, 设备状态 device_state (3 is left out).
    `hub streams export` shows what a full table looks like.

    Example: hub streams import 一机一档.csv --dry-run
    """
    target = target_of(file)
    read = sheet.load(table, records.COLUMNS)
    access = records.Access(user, password_env)
    done = import_sheet(read, str(table), target, access, dry_run=dry_run)
    if read.ignored:
        typer.echo(f"columns that the hub does not need · 未使用的列: {'、'.join(read.ignored)}")
    _tell(done, target, dry_run=dry_run)


def export(
    to: Annotated[Path | None, typer.Option(help="the CSV to write; by default the output")] = None,
    encoding: Annotated[str, typer.Option(help="utf-8-sig (Excel knows it), utf-8 or gbk")] = "utf-8-sig",
    file: Target = None,
) -> None:
    """Export the cameras as a table of 一机一档; `import` reads it again. Zones and rules have no column there.

    Example: hub streams export --to cameras.csv --encoding gbk
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(records.headings())
    writer.writerows(records.record_of(camera) for camera in streams.load(target_of(file)).cameras)
    try:
        data = text.getvalue().encode(encoding)
    except (LookupError, UnicodeEncodeError) as problem:
        raise ConfigurationError(str(problem), where="--encoding", hint="utf-8-sig, utf-8 or gb18030") from None
    if to is None:
        sys.stdout.buffer.write(data)
    else:
        to.write_bytes(data)
        typer.echo(f"{to}: {text.getvalue().count(chr(10)) - 1} cameras")


def gateway(
    address: Annotated[str, typer.Argument(help="http://host:18080 of a wvp-GB28181-pro")],
    user: Annotated[str, typer.Option(help="who signs in there")] = "admin",
    password_env: PasswordEnv = "WVP_PASSWORD",
    media: Annotated[
        str | None, typer.Option(help="host:port of its media server's RTSP; else the gateway says")
    ] = None,
    bureau: Annotated[str | None, typer.Option(help="of cameras whose code does not tell: 城管, 交通 or 住建")] = None,
    filing_no: Annotated[str | None, typer.Option(help="of cameras that are new; filed together")] = None,
    dry_run: DryRun = False,
    file: Target = None,
) -> None:
    """Import the cameras of a GB/T 28181 gateway (wvp) by its HTTP API; those already there stay as they are.

    Example: WVP_PASSWORD=… hub streams gateway http://10.0.0.5:18080 --bureau 交通 --filing-no YS-2026-01 --dry-run
    """
    channels, server = asyncio.run(_channels(address, user, os.environ.get(password_env, ""), media))
    target = target_of(file)
    nowhere = [channel for channel in channels if channel.lat is None]
    extra: dict[str, Any] = _given(bureau=bureau, legal=_given(filing_no=filing_no))
    known = {camera.camera_id for camera in streams.load(target).cameras}
    new = [channel for channel in channels if channel.lat is not None and channel.code not in known]
    typer.echo(f"{len(channels)} cameras at the gateway, {sum(one.code in known for one in channels)} of them known")
    if nowhere:
        typer.echo(f"left out, because the gateway does not know where they are · 无坐标，未导入: {len(nowhere)}")
        for channel in nowhere[:10]:
            typer.echo(f"    {channel.code}  {channel.name}")
    entries = [extra | entry_of_channel(channel, server) for channel in new]
    _tell(import_entries(entries, target, dry_run=dry_run), target, dry_run=dry_run)


def discover_cameras(
    host: Annotated[list[str] | None, typer.Option(help="also ask this host, which multicast does not reach")] = None,
    interface: Annotated[str, typer.Option(help="the address of this machine in the cameras' network")] = "",
    user: Annotated[str | None, typer.Option(help="ask each camera for its streams as this user")] = None,
    password_env: PasswordEnv = "CAMERA_PASSWORD",
    wait: Annotated[float, typer.Option(min=0.3, max=60, help="seconds to wait for answers")] = 4.0,
) -> None:
    """Find the ONVIF cameras of this network by WS-Discovery; with --user also their streams (extra `onvif`).

    Example: hub streams discover

    Example: CAMERA_PASSWORD=… hub streams discover --user admin --interface 10.0.3.1
    """
    found = asyncio.run(discover(wait_s=wait, interface=interface, hosts=host or ()))
    asked = [Described(one) for one in found]
    if user is not None:
        asked = asyncio.run(describe(found, user, os.environ.get(password_env, "")))
    for one in asked:
        about = " ".join(part for part in (one.maker, one.model) if part) or one.found.hardware
        typer.echo(f"{one.found.host}  {one.found.name}  {about}".rstrip())
        for profile in one.profiles:
            typer.echo(f"    {profile.codec} {profile.width}×{profile.height}  {profile.url}")
        if one.problem:
            typer.echo(f"    {one.problem}")
        if one.profiles:
            typer.echo(f"    {_command(one, user or '', password_env)}")
    typer.echo(f"{len(found)} found · 发现 {len(found)} 台")


def _command(one: Described, user: str, variable: str) -> str:
    """The command that adds this camera; to be completed by name and place."""
    urls = [re.sub(r"^(rtsps?://)", rf"\1{user}:${{{variable}}}@", profile.url) for profile in one.profiles]
    sub = f" --sub-url '{urls[-1]}'" if len(urls) > 1 else ""
    return f"hub streams add '{urls[0]}'{sub} --name … --lat … --lon …"


async def _channels(address: str, user: str, password: str, media: str | None) -> tuple[list[Any], str]:
    async with httpx.AsyncClient(base_url=address, timeout=ANSWER_S, trust_env=False) as client:
        there = Gateway(client)
        await there.sign_in(user, password)
        channels = [channel async for channel in there.channels()]
        server = media or await there.media()
    if server is None:
        raise ConfigurationError("the gateway names no media server", where=address, hint="--media HOST:554")
    return channels, server


def _given(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, {})}


def _asked(what: str) -> str | None:
    return typer.prompt(what) if sys.stdin.isatty() else None


def _without_password(url: str, variable: str) -> str:
    """The address with the variable in the password's place; this process, which is to connect, takes the password."""
    head, scheme, body = url.strip().partition("://")
    userinfo, at, host = body.rpartition("@")
    user, colon, password = userinfo.partition(":")
    if colon and not password.startswith("${"):
        os.environ[variable] = unquote(password)
        typer.echo(f"the password is not written: set {variable} where the hub runs · 请设置环境变量 {variable}")
        password = f"${{{variable}}}"
    return f"{head}{scheme}{user}{colon}{password}{at}{host.replace(' ', '%20')}"


def _id_of(url: str) -> str:
    """The GB/T 28181 code that the address ends in, else its host and path."""
    url = unquote(url)
    codes = re.findall(r"(?<!\d)\d{20}(?!\d)", url)
    plain = re.sub(r"[^A-Za-z0-9]+", "-", url.rpartition("@")[2].partition("://")[2] or url.rpartition("@")[2])
    return codes[-1] if codes else plain.strip("-")[:64].strip("-")


def _looked_at(camera: Camera) -> CameraSeen:
    explain([camera], "2022")
    (seen,) = probed([camera])
    show_seen([seen], [])
    return seen


def _tell(done: Imported, target: Path, *, dry_run: bool = False) -> None:
    show_twice(list(done.twice))
    would = "would be: " if dry_run else ""
    typer.echo(
        f"{target}: {would}{len(done.added)} added, {len(done.changed)} changed, {len(done.same)} as they were"
        + (f", {done.taken_down} taken down left out" if done.taken_down else "")
        + f" · 新增 {len(done.added)}，更新 {len(done.changed)}，未变 {len(done.same)}"
    )
    if not dry_run and (done.added or done.changed):
        for line in folded(IN_FORCE):
            Console().print(line, style="dim")
