"""Which processes belong to a folder, and how busy the machine is, read from /proc."""

import os
from collections.abc import Iterator
from pathlib import Path


def cpu_ticks() -> tuple[int, int]:
    """(all, idle) ticks of all cores since the machine started."""
    ticks = [int(one) for one in Path("/proc/stat").read_text().partition("\n")[0].split()[1:9]]
    return sum(ticks), ticks[3] + ticks[4]


def processes_of(folder: Path) -> Iterator[tuple[int, str]]:
    """(pid, command line) of every process, but us, whose environment or command line names the folder."""
    mark = os.fsencode(folder)
    for entry in sorted(Path("/proc").iterdir()):
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            if mark in command or mark in (entry / "environ").read_bytes():
                yield int(entry.name), command.replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            continue  # it ended while we looked


def cpu_s_of(pid: int) -> float:
    """Processor seconds that a process and all below it have used, user and system; those that ended are counted by
    whoever waited for them.
    """
    total, pids = 0, [pid]
    while pids:
        one = pids.pop()
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            total += sum(int(ticks) for ticks in fields[11:15])
            for task in Path(f"/proc/{one}/task").iterdir():
                pids += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue  # it ended while we looked
    return total / os.sysconf("SC_CLK_TCK")
