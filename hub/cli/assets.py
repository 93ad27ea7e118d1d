"""`hub assets`: fetch the starter model and the street footage, and say where they lie."""

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from hub import assets

app = typer.Typer(invoke_without_command=True)


class _Bars:
    """One bar per step, added when the step begins."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, what: str, done: float, total: float | None) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=total)
        self._progress.update(self._tasks[what], completed=done, total=total)


def ensure_with_bars() -> assets.Assets:
    """`assets.ensure` with bars on the error stream.

    Raises:
        AssetMissing: the package index cannot be reached.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        return assets.ensure(_Bars(progress))


@app.callback(invoke_without_command=True)
def fetch() -> None:
    """Fetch and make what is missing, check what is there, print where it lies.

    Example: hub assets            (HUB_ASSETS_DIR=/srv/assets hub assets: another place)
    """
    made = ensure_with_bars()
    for path in (made.model_640, made.model_416, made.model_wide, made.model_far, made.street_1080p, made.street_360p):
        typer.echo(f"{path.stat().st_size / 1e6:7.1f} MB  {path}")
