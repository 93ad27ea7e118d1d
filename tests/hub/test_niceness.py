"""A process that gives way does so before all sessions, not only within its own."""

import os
import subprocess
import sys
from pathlib import Path

GIVES_WAY = """
import os, sys
from pathlib import Path
from hub.niceness import give_way
give_way(7, autogroup=Path(sys.argv[1]))
print(os.nice(0))
"""


def _child(autogroup: Path, *, leads: bool) -> str:
    command = [sys.executable, "-c", GIVES_WAY, str(autogroup)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, start_new_session=leads)
    return done.stdout.strip()


def test_a_process_with_a_session_of_its_own_makes_the_session_nice_too(tmp_path: Path) -> None:
    group = tmp_path / "autogroup"
    assert _child(group, leads=True) == str(min(19, os.nice(0) + 7))
    assert group.read_text() == "7\n"


def test_a_session_that_others_share_is_left_as_it_is(tmp_path: Path) -> None:
    group = tmp_path / "autogroup"
    assert _child(group, leads=False) == str(min(19, os.nice(0) + 7))
    assert not group.exists()


def test_a_kernel_that_knows_no_such_groups_is_no_error(tmp_path: Path) -> None:
    assert _child(tmp_path / "not there" / "autogroup", leads=True) == str(min(19, os.nice(0) + 7))


def test_a_kernel_that_knows_such_groups_takes_what_we_write() -> None:
    said = "from hub.niceness import *; give_way(7); print(AUTOGROUP.read_text() if AUTOGROUP.exists() else 'nice 7')"
    command = [sys.executable, "-c", said]
    done = subprocess.run(command, capture_output=True, text=True, check=True, start_new_session=True)
    assert done.stdout.split()[-2:] == ["nice", "7"]
