"""Giving way: a process that may wait lets those that may not go first, on whatever kernel."""

import os
from pathlib import Path

AUTOGROUP = Path("/proc/self/autogroup")
"""A Linux kernel with `sched_autogroup` shares the processor among sessions first, and niceness counts within one
only. Every process that `hub up` starts leads a session of its own, so the session must be nice as well."""


def give_way(niceness: int, *, autogroup: Path = AUTOGROUP) -> None:
    """This process, and its session where it leads one, from now on goes after those of a lower niceness (0 to 19)."""
    os.nice(niceness)
    if os.getsid(0) != os.getpid():
        return  # the session is a terminal's or another's: what else runs in it asked for nothing
    try:
        autogroup.write_text(f"{niceness}\n", encoding="ascii")
    except OSError:
        return  # a kernel without it, or a sandbox that forbids it: niceness alone counts there
