import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from hub.environment import refuse_unknown
from hub.telemetry import FEEDS_PORT, FUSION_PORT, VISION_PORT

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
TOOLS = Path(sys.executable).parent
HEALTH_PORTS = {"vision": VISION_PORT, "feeds": FEEDS_PORT, "fusion": FUSION_PORT, "console": 8710}


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    compose: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return compose["services"]


def test_the_compose_file_fits_the_compose_specification() -> None:
    _tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE))


def test_the_dockerfile_pleases_its_linter() -> None:
    _tool("hadolint", "--failure-threshold", "info", str(ROOT / "Dockerfile"))


def test_vision_reads_the_cameras_and_the_console_writes_them(services: dict[str, dict[str, Any]]) -> None:
    """A folder, because a file that is mounted by itself cannot be replaced by another."""
    for process, mount in (("vision", "./cameras:/cameras:ro"), ("console", "./cameras:/cameras")):
        assert mount in services[process]["volumes"]
        assert services[process]["environment"]["HUB_VISION__STREAMS"] == "/cameras/streams.yaml"


@pytest.mark.parametrize("process", HEALTH_PORTS)
def test_each_process_is_a_service_with_a_health_check(services: dict[str, dict[str, Any]], process: str) -> None:
    service = services[process]
    assert service["command"] == ["run", process]
    assert service["healthcheck"]["test"] == ["CMD", "python", "-m", "hub.probe", str(HEALTH_PORTS[process])]
    assert service["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("process", [*HEALTH_PORTS, "migrate"])
def test_each_process_runs_without_rights_it_does_not_need(services: dict[str, dict[str, Any]], process: str) -> None:
    service = services[process]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("server", ["kafka", "postgres"])
def test_the_servers_keep_their_data_and_say_how_they_are(services: dict[str, dict[str, Any]], server: str) -> None:
    assert services[server]["volumes"]
    assert services[server]["healthcheck"]["test"]


def test_no_image_of_others_floats(services: dict[str, dict[str, Any]]) -> None:
    theirs = [service["image"] for service in services.values() if not service["image"].startswith("city-event-hub")]
    assert all(re.search(r":\d", image) for image in theirs)


def test_secrets_are_references_that_must_be_set() -> None:
    for name, value in _variables(COMPOSE.read_text(encoding="utf-8")):
        if re.search(r"PASSWORD|KEY|DATABASE__URL", name):
            assert re.search(r"\$\{[A-Z_]+:\?", value), name


def test_every_setting_in_the_deployment_files_exists() -> None:
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("docker-compose.yml", "Dockerfile", ".env.example")]
    names = {name for text in texts for name in re.findall(r"\b(HUB_\w+)\s*[:=](?!-)", text)}
    assert len(names) >= 8
    refuse_unknown(dict.fromkeys(names, ""))


def test_the_image_holds_every_package_and_runs_as_nobody_special() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    for package in ("contracts", "ingest", "detectors", "fusion", "command_center", "hub"):
        assert f"COPY {package}/ {package}/" in lines
    users = [line.split()[1] for line in lines if line.startswith("USER")]
    assert users
    assert users[-1].isdigit()
    assert int(users[-1]) > 0


def _variables(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^ +([A-Z][A-Z_]+): (.+)$", text, re.MULTILINE)


def _tool(name: str, *arguments: str) -> None:
    """Run a linter of the development tools; its words are the failure."""
    done = subprocess.run([TOOLS / name, *arguments], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
