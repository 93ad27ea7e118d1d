"""Where the embedded broker and database are: `data_dir/embedded.json`, valid while `hub up` holds its lock."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from contracts.errors import ConfigurationError

FILE = "embedded.json"
LOCK = "hub.lock"


class Place(BaseModel):
    """Addresses of what `hub up` started. The URL holds a password: the file is readable by its owner alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kafka: str = ""
    database_url: str = ""


@contextmanager
def owned(data_dir: Path) -> Iterator[None]:
    """Be the only hub on this folder. The kernel gives the lock back, however we end.

    Raises:
        ConfigurationError: another `hub up` runs on it.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data_dir / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(
                "another hub is running on this folder",
                where=str(data_dir),
                hint="stop it (Ctrl-C), or set HUB_DATA_DIR to another folder",
            ) from None
        yield
    finally:
        os.close(descriptor)


def is_owned(data_dir: Path) -> bool:
    """Whether a hub runs on this folder now."""
    try:
        descriptor = os.open(data_dir / LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def write(data_dir: Path, place: Place) -> None:
    """Tell the other processes; they never see half a file."""
    draft = data_dir / f".{FILE}.{os.getpid()}"
    draft.touch(mode=0o600)
    draft.write_text(place.model_dump_json())
    draft.replace(data_dir / FILE)


def read(data_dir: Path) -> Place | None:
    """What `hub up` wrote; None when no hub runs on this folder."""
    if not is_owned(data_dir):
        return None
    try:
        return Place.model_validate(json.loads((data_dir / FILE).read_text()))
    except FileNotFoundError:
        return None
    except (ValueError, ValidationError):
        raise ConfigurationError(
            "unreadable", where=str(data_dir / FILE), hint="stop the hub and start it again: it writes this file"
        ) from None


def erase(data_dir: Path) -> None:
    """The hub is going down."""
    (data_dir / FILE).unlink(missing_ok=True)
