"""`hub simulate import-311`: public 311 records, with the city's own word on duplicates as the truth."""

import json
from pathlib import Path
from typing import Annotated

import typer

from contracts.errors import ConfigurationError
from hub.simulate.city.files import DAY, Folder, signal_line
from hub.simulate.city.mapping_311 import load_mapping, shipped, text_of
from hub.simulate.city.records_311 import Imported, Reject, import_rows

REJECTS = "rejects.jsonl"
MOST_KINDS = 10


def import_311(
    file: Annotated[Path | None, typer.Argument(help="the city's CSV, UTF-8, with its heading")] = None,
    out: Annotated[Path | None, typer.Option(help="folder for day.jsonl, truth.jsonl, rejects.jsonl")] = None,
    mapping: Annotated[str, typer.Option(help=f"{', '.join(shipped())}, or a YAML file")] = "chicago",
    limit: Annotated[int | None, typer.Option(min=1, help="the first so many readable records")] = None,
    show_mapping: Annotated[str | None, typer.Option(help="print a shipped mapping, to begin one's own")] = None,
) -> None:
    """Turn 311 records with a parent or duplicate field into a day with its truth, for `hub replay` and the bench.

    Rows that cannot be read are counted and named in rejects.jsonl, by line, column and reason. Descriptions are only
    searched for the mapping's words and never kept.

    Example: hub simulate import-311 311_Service_Requests.csv --mapping chicago --out chicago
    Example: hub simulate import-311 --show-mapping san-diego > mine.yaml
    """
    if show_mapping is not None:
        typer.echo(text_of(show_mapping), nl=False)
        return
    if file is None or out is None:
        raise ConfigurationError("what from and where to?", where="import-311", hint="FILE --out DIR")
    done = _read(file, mapping, limit)
    folder = Folder(out)
    folder.write(DAY, (signal_line(signal, signal.received_at) for signal in done.signals))
    folder.write_truth(done.truth)
    folder.write(REJECTS, (_reject_line(one) for one in done.rejects))
    _say(done, out)


def _read(file: Path, mapping: str, limit: int | None) -> Imported:
    form = load_mapping(mapping)
    try:
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            return import_rows(lines, form, limit=limit)
    except OSError as missing:
        raise ConfigurationError(missing.strerror or "cannot be read", where=str(file)) from None


def _say(done: Imported, out: Path) -> None:
    for kind, count in done.skipped.most_common(MOST_KINDS):
        typer.echo(f"not in the mapping: {kind}: {count}", err=True)
    skipped, clusters = sum(done.skipped.values()), len({truth.cluster for truth in done.truth.values()})
    read = f"{len(done.signals)} records of {clusters} clusters"
    typer.echo(f"{read}, {skipped} of kinds not mapped, {len(done.rejects)} unreadable ({REJECTS}) in {out}")


def _reject_line(reject: Reject) -> bytes:
    return json.dumps(reject._asdict(), ensure_ascii=False, separators=(",", ":")).encode()
