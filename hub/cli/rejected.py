"""`hub rejected`: what could not be read, why, and the way back in."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from rich.progress import Progress

from command_center.store.audit import Audit, Entry
from command_center.store.database import Database
from contracts.actions import Actor
from contracts.errors import ConfigurationError, Refused
from contracts.intake import IntakeAnswer, IntakeStatus
from contracts.rejected import FieldError
from hub import clock
from hub.environment import settings_of_environment
from hub.intake import open_intake
from hub.personal import open_vault
from hub.rejected import SENT_AGAIN, DeadLetters, RejectedRow, first_errors
from hub.resources import open_own_database

app = typer.Typer(
    help="Reports that could not be read: listed with the reason, sent again after the fault was mended.\n\n"
    "Example: hub rejected list --source police_110",
    no_args_is_help=True,
)
T = TypeVar("T")
Source = Annotated[str | None, typer.Option(help="police_110, grid, dispute, petition, signals or actions")]
AT_THE_MACHINE = Actor(user="command line", unit="", role="sys_admin")
SHORTEST_REASON = 4
PAGE = 200


@app.command("list")
def list_rejected(
    source: Source = None,
    status: Annotated[str | None, typer.Option(help="waiting, retried, expired or refused")] = "waiting",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
) -> None:
    """The newest first. `--status ""` lists all.

    Example: hub rejected list --source grid --limit 200
    """

    async def work(letters: DeadLetters, audit: Audit) -> list[RejectedRow]:
        return (await letters.page(source=source, status=status or None, limit=limit))[0]

    for row in _run(work):
        typer.echo(f"{row.rejected_id}  {row.received_at.astimezone():%m-%d %H:%M:%S}  {row.source}  {row.status}")
        for label, text in _said(row):
            typer.echo(f"    {label:<7} {text}")


def _said(row: RejectedRow) -> list[tuple[str, str]]:
    """What there is to say of one, a line each: a table of nine columns fits no terminal."""
    times = f" ({row.times} times)" if row.times > 1 else ""
    lines = [("number", row.source_ref), ("field", row.field), ("wrong", row.reason + times), ("mend", row.hint)]
    return [(label, text) for label, text in lines if text]


@app.command()
def show(
    rejected_id: Annotated[str, typer.Argument(metavar="ID")],
    body: Annotated[bool, typer.Option("--body", help="also the body, which may be personal; audited")] = False,
    reason: Annotated[str, typer.Option(help="why the body is looked at, at least 4 characters")] = "",
) -> None:
    """One rejection in full; the body only for a reason.

    Example: hub rejected show 4f0c9a… --body --reason "mapping of JQDJDM"
    """
    if body and len(reason.strip()) < SHORTEST_REASON:
        raise ConfigurationError("the body may be personal", where="--reason", hint="say why in 4 characters or more")

    async def work(letters: DeadLetters, audit: Audit) -> tuple[RejectedRow, bytes | None]:
        row = await letters.one(rejected_id)
        if row is None:
            raise Refused(f"no rejected report {rejected_id}")
        if body:
            await audit.write(Entry(clock.now(), AT_THE_MACHINE, "rejected.look", rejected_id, reason))
        return row, await letters.body(rejected_id) if body else None

    row, found = _run(work)
    for name, value in row.model_dump(mode="json").items():
        typer.echo(f"{name:12} {value}")
    if body:
        typer.echo("\nno body is kept" if found is None else found.decode(errors="replace"))


@app.command()
def retry(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID…")] = None,
    all_waiting: Annotated[bool, typer.Option("--all", help="everything that waits")] = False,
    source: Source = None,
) -> None:
    """Read the kept bodies once more, as if they came now; a report that was taken after all is a duplicate.

    A signal at which fusion failed is published once more; an action is done again on the console.

    Example: hub rejected retry 4f0c9a…
    Example: hub rejected retry --all --source police_110
    """
    if not ids and not all_waiting:
        raise ConfigurationError("nothing to send again", where="ID…", hint="name ids, or --all")

    async def work(letters: DeadLetters, audit: Audit) -> Counter[str]:
        wanted = list(ids or ()) + (await _waiting(letters, source) if all_waiting else [])
        counts: Counter[str] = Counter()
        with Progress(transient=True) as progress:
            for rejected_id in progress.track(wanted, description="reading again"):
                await audit.write(Entry(clock.now(), AT_THE_MACHINE, "rejected.retry", rejected_id))
                try:
                    answer = await letters.retry(rejected_id, clock.now())
                except Refused as why:
                    if not all_waiting:
                        raise
                    answer = IntakeAnswer(status=IntakeStatus.REJECTED, errors=(FieldError(field="", reason=str(why)),))
                counts[answer.status.value] += 1
                _tell(rejected_id, answer)
        return counts

    counts = _run(work)
    typer.echo(", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "nothing waits")
    if counts[IntakeStatus.REJECTED.value]:
        raise typer.Exit(1)


async def _waiting(letters: DeadLetters, source: str | None) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while True:
        rows, cursor = await letters.page(source=source, status="waiting", limit=PAGE, cursor=cursor)
        found += [row.rejected_id for row in rows if row.has_body and row.source in SENT_AGAIN]
        if cursor is None:
            # The oldest first, as they came.
            return found[::-1]


def _tell(rejected_id: str, answer: IntakeAnswer) -> None:
    said = answer.signal_id or first_errors(answer.errors)
    typer.echo(f"{rejected_id}  {answer.status.value}  {said}")


def _run(work: Callable[[DeadLetters, Audit], Awaitable[T]]) -> T:
    async def with_database() -> T:
        settings = settings_of_environment()
        async with open_own_database(settings) as engine:
            intake, partitions = open_intake(settings, engine), settings.fusion.partitions
            letters = DeadLetters(engine, open_vault(settings), intake, partitions)
            return await work(letters, Audit(Database(engine)))

    return asyncio.run(with_database())
