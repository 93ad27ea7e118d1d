"""Child processes that never outlive us: own session, death signal from the kernel, stop with a deadline."""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
# Looked up before any fork: after it, the child of a threaded process may only do what is safe in a signal handler.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Account:
    """The unprivileged user as which a child runs."""

    uid: int
    gid: int


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    death_signal: signal.Signals,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child, its output appended to `log`.

    The child leads a session of its own, so the terminal's Ctrl-C reaches only us and we stop it in order. If we
    die without a word, the kernel sends it `death_signal`. Call from the main thread: the kernel watches the thread.
    """
    parent = os.getpid()

    def before_exec() -> None:
        if _LIBC is not None:
            _LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:  # we died before the kernel was asked to watch
                os._exit(1)

    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if environment is None else dict(environment),
            cwd=cwd,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=before_exec,
        )


async def ended(child: subprocess.Popen[bytes]) -> int:
    """Wait for the end of a child; its exit status."""
    pace = 0.01
    while (status := child.poll()) is None:
        await asyncio.sleep(pace)
        pace = min(0.1, pace * 1.5)
    return status


async def stop(child: subprocess.Popen[bytes], *, first: signal.Signals, within_s: float) -> int:
    """Ask with `first`, kill the child's whole session when it is not gone `within_s` later; its exit status."""
    if child.poll() is None:
        child.send_signal(first)
        try:
            async with asyncio.timeout(within_s):
                await ended(child)
        except TimeoutError:
            _kill_session(child)
            await ended(child)
    return child.returncode


def _kill_session(child: subprocess.Popen[bytes]) -> None:
    # The group is alive as long as its leader was not reaped, and only `poll` and `wait` reap it.
    os.killpg(child.pid, signal.SIGKILL)
