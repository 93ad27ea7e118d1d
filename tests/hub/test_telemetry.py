import asyncio
import io
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Counter

from hub.probe import status_of
from hub.settings import Settings
from hub.telemetry import JsonLines, configure_logging, redact, serve_metrics


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        pytest.param("rtsp://admin:pass@10.0.0.1/ch1", "rtsp://***@10.0.0.1/ch1", id="URL with a password"),
        pytest.param("rtsp://10.0.0.1:554/a@b", "rtsp://10.0.0.1:554/a@b", id="an @ in a path is no user"),
        pytest.param(
            "postgresql://hub:x@db/hub and rtsp://a:b@c", "postgresql://***@db/hub and rtsp://***@c", id="two"
        ),
        pytest.param("password=hunter2 next", "password=*** next", id="name=value"),
        pytest.param('{"token": "abc", "n": 1}', '{"token": "***", "n": 1}', id="JSON"),
        pytest.param("Authorization: Bearer abc.def", "Authorization: ***", id="header"),
        pytest.param("api_key=1&x=2", "api_key=***&x=2", id="query"),
        pytest.param("the passwords are kept elsewhere", "the passwords are kept elsewhere", id="prose"),
    ],
)
def test_credentials_never_reach_a_log(text: str, redacted: str) -> None:
    assert redact(text) == redacted


def _line(**extra: object) -> dict[str, object]:
    record = logging.LogRecord("hub.x", logging.WARNING, "f.py", 1, "%s is down\n(second line)", ("it",), None)
    record.__dict__.update(extra)
    text = JsonLines("vision").format(record)
    assert "\n" not in text
    found: dict[str, object] = json.loads(text)
    return found


def test_a_record_is_one_line_of_json() -> None:
    line = _line(camera="c1", tries=3)
    assert line["level"] == "warning"
    assert line["process"] == "vision"
    assert line["message"] == "it is down\n(second line)"
    assert (line["camera"], line["tries"]) == ("c1", 3)
    assert str(line["at"]).endswith("Z")


def test_an_exception_is_part_of_the_line_without_its_credentials() -> None:
    try:
        raise ValueError("cannot open rtsp://u:p@h/")
    except ValueError:
        line = _line(exc_info=sys.exc_info())
    assert "ValueError: cannot open rtsp://***@h/" in str(line["exception"])


def test_logging_goes_to_stderr_or_to_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, restored_logging: None
) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    configure_logging(Settings(), "fusion")
    logging.getLogger("hub.x").info("to the screen")
    configure_logging(Settings(log_format="text"), "up", file=tmp_path / "logs" / "up.log")
    logging.getLogger("hub.x").info("to the file")
    assert json.loads(screen.getvalue())["message"] == "to the screen"
    assert json.loads((tmp_path / "logs" / "up.log").read_text())["message"] == "to the file"


@pytest.fixture
def restored_logging() -> object:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:], root.level = handlers, level


async def get(port: int, request: bytes) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.decode()


async def test_metrics_health_and_readiness_are_served() -> None:
    registry, missing = CollectorRegistry(), ["the broker is down"]
    Counter("hub_things", "things", registry=registry).inc(3)
    async with serve_metrics(Settings(), 0, lambda: missing, registry) as port:
        assert "hub_things_total 3.0" in await get(port, b"GET /metrics HTTP/1.1\r\n\r\n")
        assert await status_of("127.0.0.1", port, "/healthz") == 200
        assert await status_of("127.0.0.1", port, "/readyz") == 503
        assert "the broker is down" in await get(port, b"GET /readyz?verbose HTTP/1.1\r\n\r\n")
        missing.clear()
        assert await status_of("127.0.0.1", port, "/readyz") == 200


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        pytest.param(b"GET /secrets HTTP/1.1\r\n\r\n", "404", id="another path"),
        pytest.param(b"POST /metrics HTTP/1.1\r\n\r\n", "405", id="another method"),
        pytest.param(b"nonsense\r\n\r\n", "405", id="no HTTP"),
    ],
)
async def test_other_requests_are_refused(request_head: bytes, status: str) -> None:
    async with serve_metrics(Settings(), 0, list) as port:
        assert (await get(port, request_head)).startswith(f"HTTP/1.1 {status} ")


async def test_a_request_without_an_end_is_cut_off() -> None:
    async with serve_metrics(Settings(), 0, list) as port:
        assert await get(port, b"GET /" + b"x" * 20_000) == ""


async def test_a_metrics_port_in_use_is_no_reason_not_to_work() -> None:
    def ready() -> Sequence[str]:
        return []

    async with serve_metrics(Settings(), 0, ready) as first, serve_metrics(Settings(), first, ready) as second:
        assert first != second
        assert await status_of("127.0.0.1", second, "/readyz") == 200


async def test_nobody_there_is_no_status() -> None:
    assert await status_of("127.0.0.1", 1, "/") is None
