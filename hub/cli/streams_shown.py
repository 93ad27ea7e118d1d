"""What `hub streams` prints: a bar while it looks, then the cameras as they were seen, in 80 columns."""

import asyncio
import re
import textwrap

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from contracts.cameras import Camera
from hub import clock
from hub.streams.judging import StreamSeen, Verdict
from hub.streams.noticing import Twice
from hub.streams.probing import CameraSeen, probe
from ingest import gb28181

MARKS = {Verdict.OK: "[green]✓[/]", Verdict.WARNING: "[yellow]![/]", Verdict.NO_PICTURE: "[red]✗[/]"}
WIDTH = 78
PARTS = ("area", "industry", "type", "network")


def probed(cameras: list[Camera]) -> list[CameraSeen]:
    """Connect to all of them, with a progress bar."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("cameras · 摄像机", total=len(cameras))
        return asyncio.run(probe(cameras, clock=clock.now, on_done=lambda seen: progress.advance(task)))


def show_seen(seen: list[CameraSeen], pairs: list[Twice]) -> None:
    """One camera after the other, then the sum of it."""
    console = Console(soft_wrap=True, highlight=False)
    for one in seen:
        console.print(f"{MARKS[one.verdict]} [bold]{escape(one.camera_id)}[/]  {escape(one.name)}")
        for stream in one.streams:
            if stream.codec:
                console.print(f"    {measures(stream)}", style="dim")
        if one.residual_m is not None:
            console.print(f"    ground points agree within {one.residual_m:g} m · 地面标定误差", style="dim")
        if one.verdict is not Verdict.OK:
            _say(console, one.zh, one.en)
    show_twice(pairs)
    count = {verdict: sum(one.verdict is verdict for one in seen) for verdict in Verdict}
    console.print(
        f"正常 {count[Verdict.OK]}，警告 {count[Verdict.WARNING]}，无画面 {count[Verdict.NO_PICTURE]} · "
        f"{count[Verdict.OK]} fine, {count[Verdict.WARNING]} doubtful, {count[Verdict.NO_PICTURE]} without a picture"
    )


def show_twice(pairs: list[Twice]) -> None:
    """Cameras that may be one and the same."""
    console = Console(soft_wrap=True, highlight=False)
    for pair in pairs:
        console.print(f"{MARKS[Verdict.WARNING]} [bold]{escape(pair.one)}[/] = [bold]{escape(pair.other)}[/] ?")
        _say(console, f"可能是同一台摄像机：{pair.zh}。", f"Perhaps one camera: {pair.en}.")


def measures(stream: StreamSeen) -> str:
    """One line of figures that fits."""
    known = (
        f"{stream.codec} {stream.width}×{stream.height}" if stream.width else stream.codec,
        "" if stream.fps is None else f"{stream.fps:g}/s",
        "" if stream.kbit_s is None else f"{stream.kbit_s / 1000:.1f} Mb/s",
        "" if stream.gop_s is None else f"GOP {stream.gop_s:.2g}s",
        "" if stream.first_picture_s is None else f"seen {stream.first_picture_s:.2g}s",
        "clock ?" if stream.skew_s is None else f"clock {stream.skew_s:+.{1 if abs(stream.skew_s) < 100 else 0}f}s",
    )
    return "  ".join([stream.stream, *(part for part in known if part)])


def explain(cameras: list[Camera], edition: gb28181.Edition) -> None:
    """Each GB/T 28181 code in words, and where the other edition reads its industry differently."""
    console = Console(soft_wrap=True, highlight=False)
    for camera in cameras:
        code = gb28181.parse(camera.camera_id)
        said = code.explain(edition) if code else {}
        console.print(escape(f"{camera.camera_id}  {camera.name}"))
        for line in folded(" · ".join(said[part] for part in PARTS if part in said)):
            console.print(f"    {escape(line)}", style="dim")
        for zh, en in code.notes() if code else ():
            if en.startswith("industry"):
                _say(console, zh, en)


def _say(console: Console, zh: str, en: str) -> None:
    for line in (*folded(zh), *textwrap.wrap(en, WIDTH - 4)):
        console.print(f"    {escape(line)}")


def folded(text: str, width: int = WIDTH - 4) -> list[str]:
    """Lines of at most `width` columns: Chinese breaks anywhere, other words only between them."""
    lines = [""]
    for word in re.findall(r"[!-~]+|\s+|.", text):
        if cell_len(lines[-1] + word) > width:
            lines.append("")
        lines[-1] += word if lines[-1] else word.lstrip()
    return [line.rstrip() for line in lines if line]
