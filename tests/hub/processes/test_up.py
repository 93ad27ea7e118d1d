import socket
from pathlib import Path

import pytest

from contracts.errors import ConfigurationError
from hub.embedded.ports import EPHEMERAL, free_port, is_free
from hub.processes import up
from hub.settings import ConsoleSettings, Settings


@pytest.mark.parametrize(
    ("demo", "names"),
    [
        pytest.param(False, ["console", "fusion", "feeds", "vision"], id="plain"),
        pytest.param(True, ["console", "fusion", "feeds", "vision", "camera-sim", "simulate"], id="demo"),
    ],
)
def test_the_parts_of_a_hub(tmp_path: Path, demo: bool, names: list[str]) -> None:
    parts = up.parts(Settings(data_dir=tmp_path), demo=demo)
    assert [part.name for part in parts] == names
    assert all(part.log.parent == tmp_path / "logs" for part in parts)
    assert all(part.environment["HUB_LOG_FORMAT"] == "json" for part in parts)


@pytest.mark.parametrize(
    ("console", "url"),
    [
        pytest.param(ConsoleSettings(), "http://127.0.0.1:8710", id="plain"),
        pytest.param(ConsoleSettings(host="0.0.0.0", port=80), "http://127.0.0.1:80", id="every interface"),
        pytest.param(ConsoleSettings(public_url="https://hub.gov.cn/"), "https://hub.gov.cn", id="behind a proxy"),
    ],
)
def test_how_browsers_reach_the_console(console: ConsoleSettings, url: str) -> None:
    assert up.base_url(Settings(console=console)) == url


async def test_a_port_in_use_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not is_free("127.0.0.1", port)
        with pytest.raises(ConfigurationError, match=f"{port} is in use") as refused:
            await up.run(Settings(data_dir=tmp_path, console=ConsoleSettings(port=port)))
    assert refused.value.exit_code == 2
    assert not (tmp_path / "postgres").exists()


def test_a_free_port_is_free_and_never_lent_to_an_outgoing_connection() -> None:
    port = free_port()
    assert is_free("127.0.0.1", port)
    assert port < int(EPHEMERAL.read_text().split()[0])
