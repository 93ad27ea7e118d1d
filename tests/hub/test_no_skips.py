"""The gate's own rule: nothing is left out unnoticed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEAVES_OUT = "import unittest\ndef test_one(): raise unittest.SkipTest('no broker here')\n"
WHOLE = "import os\ndef test_one(): assert 'HUB_NO_SKIPS' not in os.environ\n"


@pytest.mark.parametrize(
    ("program", "variable", "status"),
    [
        pytest.param(LEAVES_OUT, {}, 0, id="skipping is allowed"),
        pytest.param(LEAVES_OUT, {"HUB_NO_SKIPS": "0"}, 0, id="switched off"),
        pytest.param(LEAVES_OUT, {"HUB_NO_SKIPS": "1"}, 1, id="skipping fails the run"),
        pytest.param(WHOLE, {"HUB_NO_SKIPS": "1"}, 0, id="nothing was skipped"),
    ],
)
def test_a_run_that_must_not_skip_fails_when_it_does(
    tmp_path: Path, program: str, variable: dict[str, str], status: int
) -> None:
    (tmp_path / "test_it.py").write_text(program)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.no_skips", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=ROOT, env=os.environ | variable, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stdout
    assert ("skipped: test_it.py::test_one" in done.stdout) == bool(status)
