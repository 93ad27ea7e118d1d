"""`hub fusion`: learn new numbers from what people confirmed, look at what they would change, put them into force."""

import asyncio
import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from contracts.errors import ConfigurationError, Refused
from fusion.learning.cameras import Precision, precisions
from fusion.learning.proposal import Proposal, Tell, propose
from fusion.learning.report_page import page
from fusion.ledger import Ledger
from fusion.ledger_versions import Versions
from fusion.policy import Params, load_params
from hub import clock, registry
from hub.cli.fusion_material import Material, from_files, from_journal
from hub.cli.fusion_shadow import shadowed
from hub.database import outages
from hub.environment import settings_of_environment
from hub.numbers import in_use, of_settings
from hub.resources import open_database
from hub.settings import Settings

app = typer.Typer(
    help="What fusion decides by: fit it to this city, look at the report, apply it or take it back.",
    no_args_is_help=True,
)

Reason = Annotated[str, typer.Option(help="why, for those who look at it later")]
By = Annotated[str, typer.Option(help="who does it; the account of this machine when not said")]
Since = Annotated[datetime | None, typer.Option(help="what arrived from this time on, of this machine's zone")]


@app.command("fit")
def fit(
    file: Annotated[
        Path | None,
        typer.Argument(help="a recording (hub record, hub simulate city); this hub's journal when not said"),
    ] = None,
    truth: Annotated[Path | None, typer.Option(help="truth.jsonl of a simulated city instead of confirmations")] = None,
    cameras: Annotated[Path | None, typer.Option(help="a streams.yaml: what the cameras see")] = None,
    since: Since = None,
    into: Annotated[Path, typer.Option(help="the folder for the version and its report")] = Path(),
) -> None:
    """Learn a parameter version from what people confirmed, dismissed and answered. Nothing is put into force.

    From the journal, the version is also kept in the database; look at its report, then: hub fusion apply VERSION.

    Example: hub fusion fit --since "2026-11-20 00:00:00" · hub fusion fit day.jsonl --truth truth.jsonl
    """
    settings = settings_of_environment()
    found = asyncio.run(_fit(settings, file, truth, cameras, since.astimezone() if since else None))
    _write(into, found)
    _show(found.report)
    where = "" if file is None else f"{into / found.params.version}.json"
    typer.echo(f"next: hub fusion apply {where or found.params.version} --reason …", err=True)


@app.command("report")
def report(version: str, as_json: Annotated[bool, typer.Option("--json", help="the whole report")] = False) -> None:
    """What a fit said of a version.

    Example: hub fusion report 2026-11-27-1f2e3d4c
    """
    found = asyncio.run(_with_versions(lambda versions: versions.report(version)))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _show(found)


@app.command("shadow")
def shadow(
    version: Annotated[str, typer.Argument(help="a version of the database, or a file of one")],
    since: Since = None,
    follow: Annotated[bool, typer.Option("--follow", help="go on with what is heard, until Ctrl-C")] = False,
) -> None:
    """Run a version beside the one in force over what this hub hears, without effect: joins gained and lost.

    Example: hub fusion shadow 2026-11-27-1f2e3d4c --since "2026-11-27 00:00:00" --follow
    """
    asyncio.run(_shadow(version, since.astimezone() if since else None, follow))


@app.command("apply")
def apply(
    version: Annotated[str, typer.Argument(help="a version of the database, or a file that fit wrote")],
    reason: Reason,
    by: By = "",
) -> None:
    """Put a version into force: it holds from each district's next record on.

    Example: hub fusion apply 2026-11-27-1f2e3d4c --reason "fewer false joins at the market"
    """

    async def put(versions: Versions) -> str:
        name = await _kept(versions, version)
        await versions.apply(name, login=by or getpass.getuser(), reason=reason, at=clock.now())
        return name

    typer.echo(f"{asyncio.run(_with_versions(put))} holds from the next record on")


@app.command("take-back")
def take_back(reason: Reason, by: By = "") -> None:
    """Take the version in force back: the one before it holds again.

    Example: hub fusion take-back --reason "too many joins across the river"
    """
    before = asyncio.run(
        _with_versions(
            lambda versions: versions.take_back(login=by or getpass.getuser(), reason=reason, at=clock.now())
        )
    )
    typer.echo(f"{before or 'the settings (HUB_FUSION__PARAMS, or the built-in numbers)'} hold from the next record on")


@app.command("versions")
def versions() -> None:
    """Every version, and who did what with it.

    Example: hub fusion versions
    """
    listed = asyncio.run(_with_versions(lambda versions: versions.listed()))
    in_force = asyncio.run(_with_versions(lambda versions: versions.in_force()))
    table = Table(Column("version", no_wrap=True), "", "by", Column("at", no_wrap=True), "reason")
    for one in listed:
        at = (one.at or one.made_at).astimezone().strftime("%m-%d %H:%M")
        table.add_row(one.version, one.act.replace("_", " ") or "made", one.login, at, one.reason)
    Console().print(table)
    typer.echo(f"in force: {in_force.version if in_force else 'the settings, no version'}")


@app.command("cameras")
def cameras(
    file: Annotated[Path | None, typer.Argument(help="a recording; this hub's journal when not said")] = None,
    since: Since = None,
    as_json: Annotated[bool, typer.Option("--json", help="every rule, with the signals to look at")] = False,
) -> None:
    """How often each rule of each camera was right, worst first; a threshold or a mute is only ever suggested.

    Example: hub fusion cameras --since "2026-11-01 00:00:00"
    """
    settings = settings_of_environment()
    with _bar() as tell:
        found = asyncio.run(_judged(settings, file, since.astimezone() if since else None, tell))
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
        return
    table = Table("camera", "rule", "confirmed", "rejected", "precision", "95 %", "suggestion")
    for one in found:
        table.add_row(
            one.camera, one.rule, str(one.confirmed), str(one.rejected), f"{one.mean:.2f}",
            f"{one.low:.2f}-{one.high:.2f}", suggestion(one),
        )  # fmt: skip
    Console().print(table)


def suggestion(one: Precision) -> str:
    """What could be done about a rule, in words."""
    if one.mute:
        return "mute: even its best is below one in ten"
    if (threshold := one.threshold) is not None:
        return (
            f"confidence ≥ {threshold.confidence:.2f}: keeps {threshold.kept_real} real, "
            f"drops {threshold.dropped_false} false and {threshold.dropped_real} real"
        )
    return ""


async def _fit(
    settings: Settings, file: Path | None, truth: Path | None, cameras: Path | None, since: datetime | None
) -> Proposal:
    with _bar() as tell:
        if file is not None:
            return _proposed(from_files(file, truth, cameras), of_settings(settings), tell)
        if truth is not None:
            raise ConfigurationError("--truth needs a recording", where="hub fusion fit", hint="hub fusion fit FILE")
        async with open_database(settings) as engine:
            versions = Versions(engine, outages)
            live = await in_use(versions, settings)
            material = await from_journal(
                Ledger(engine, outages), versions, await registry.cameras(engine), since, tell
            )
            found = _proposed(material, live, tell)
            await versions.keep(found.params, found.report, at=clock.now())
            return found


def _proposed(material: Material, live: Params, tell: Tell) -> Proposal:
    return propose(
        material.lines, live, material.cameras, on=clock.now().astimezone().date(), truth=material.truth,
        kinds=material.kinds, audits=material.audits, tell=tell,
    )  # fmt: skip


async def _judged(settings: Settings, file: Path | None, since: datetime | None, tell: Tell) -> list[Precision]:
    if file is not None:
        return precisions(from_files(file, None, None).shown(of_settings(settings)))
    async with open_database(settings) as engine:
        ledger, versions = Ledger(engine, outages), Versions(engine, outages)
        material = await from_journal(ledger, versions, (), since, tell)
        return precisions(material.shown(await in_use(versions, settings)))


async def _shadow(version: str, since: datetime | None, follow: bool) -> None:
    settings = settings_of_environment()
    async with open_database(settings) as engine:
        versions = Versions(engine, outages)
        then = load_params(Path(version)) if _is_file(version) else await versions.params(version)
        now = await in_use(versions, settings)
        async for line in shadowed(Ledger(engine, outages), now, then, since, follow=follow):
            typer.echo(line)


async def _with_versions(what: Any) -> Any:
    async with open_database(settings_of_environment()) as engine:
        return await what(Versions(engine, outages))


async def _kept(versions: Versions, version: str) -> str:
    """The name of a version; a file is stored first, with the report beside it."""
    if not _is_file(version):
        return version
    file = Path(version)
    params, beside = load_params(file), file.with_suffix(".report.json")
    if not beside.is_file():
        raise Refused(f"{beside} is not there: a version is put into force with the report of its fit")
    await versions.keep(params, json.loads(beside.read_text(encoding="utf-8")), at=clock.now())
    return params.version


def _is_file(version: str) -> bool:
    return version.endswith(".json")


def _write(into: Path, found: Proposal) -> None:
    """The version, its report for machines, and the same for a browser."""
    name = found.params.version
    try:
        into.mkdir(parents=True, exist_ok=True)
        (into / f"{name}.json").write_text(found.params.model_dump_json(indent=1), encoding="utf-8")
        (into / f"{name}.report.json").write_text(
            json.dumps(found.report, ensure_ascii=False, indent=1), encoding="utf-8"
        )
        (into / f"{name}.report.html").write_text(page(found.report), encoding="utf-8")
    except OSError as denied:
        raise ConfigurationError(denied.strerror or "cannot be written", where=str(into)) from None
    typer.echo(f"{into / name}.json, .report.json, .report.html", err=True)


def _show(report: dict[str, Any]) -> None:
    week = report["last_week"]
    table = Table("", "", title=f"{report['version']} beside {report['compared_with']}", show_header=False)
    for part in ("learned_from", "held_out"):
        for name, value in report[part].items():
            table.add_row(f"{part} · {name}".replace("_", " "), str(value))
    for name, one in report["reliability"].items():
        table.add_row(f"calibration error · {name}", str(one["ece"]))
    for name in ("signals", "incidents_now", "incidents_then", "gained_count", "gained_by_source", "lost_count",
                 "lost_by_source"):  # fmt: skip
        table.add_row(f"last week · {name}".replace("_", " "), str(week[name]))
    Console().print(table)


@contextmanager
def _bar() -> Iterator[Tell]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)

        def tell(doing: str, done: int, total: int) -> None:
            progress.update(task, description=doing, completed=done, total=total or None)

        yield tell
