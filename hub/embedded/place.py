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
        ConfigurationError: another `hub up` runs on it, or it is not ours to write to.
    """
    make(data_dir)
    with _ours(data_dir):
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


def make(data_dir: Path) -> None:
    """Make sure that the folder is there and that we may write to it.

    Raises:
        ConfigurationError: it cannot be made, belongs to another user, is read-only, or is no folder.
    """
    with _ours(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
        probe = data_dir / f".{os.getpid()}"
        probe.touch()
        probe.unlink()


@contextmanager
def _ours(data_dir: Path) -> Iterator[None]:
    try:
        yield
    except OSError as failed:
        raise _not_ours(data_dir, failed) from None


def _not_ours(data_dir: Path, failed: OSError) -> ConfigurationError:
    return ConfigurationError(
        f"the hub cannot write here: {failed.strerror}",
        where=str(data_dir.absolute()),
        hint="start the hub as the user to whom this folder belongs, or set HUB_DATA_DIR to a folder of your own",
    )


def is_owned(data_dir: Path) -> bool:
    """Whether a hub runs on this folder now.

    Raises:
        ConfigurationError: the hub of this folder is another user's.
    """
    try:
        descriptor = os.open(data_dir / LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError as failed:
        raise _not_ours(data_dir, failed) from None
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
