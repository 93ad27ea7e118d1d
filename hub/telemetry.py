"""JSON logs without a credential in them, and the small web server of a process: /metrics, /healthz, /readyz."""

import asyncio
import json
import logging
import re
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest

from contracts.errors import ConfigurationError
from hub.settings import Settings

UP_PORT, VISION_PORT, FEEDS_PORT, FUSION_PORT = 8720, 8721, 8722, 8723

Readiness = Callable[[], Sequence[str]]
"""Why the process is not ready, one sentence each; empty when it is."""

log = logging.getLogger(__name__)

_USERINFO = re.compile(r"(?<=://)[^/\s@]*:[^/\s@]*@")
_PASSWORD = re.compile(
    r"(?i)\b(password|passwd|token|secret|api[_-]?key|authorization)(['\"]?\s*[=:]\s*['\"]?)(?:(?:basic|bearer|digest)\s+)?"
    r"[^\s,'\"&}]+"
)
_PLAIN = frozenset(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {"message", "asctime", "taskName"}

REQUEST_TIMEOUT_S = 5.0
REQUEST_BYTES = 8192


def redact(text: str) -> str:
    """`text` without the user and password of a URL, and without what stands behind `password=`, `token:` and such."""
    return _PASSWORD.sub(r"\1\2***", _USERINFO.sub("***@", text))


class JsonLines(logging.Formatter):
    """One record, one line: `at`, `level`, `process`, `logger`, `message`, the record's extras, `exception`."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "process": self._process,
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        for name, value in record.__dict__.items():
            if name not in _PLAIN:
                line[name] = value if isinstance(value, int | float | None) else redact(str(value))
        if record.exc_info:
            line["exception"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class TextLines(logging.Formatter):
    """For a person's terminal."""

    def __init__(self, process: str) -> None:
        super().__init__(f"%(asctime)s {process} %(levelname)s %(message)s", datefmt="%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def configure_logging(settings: Settings, process: str, *, file: Path | None = None) -> None:
    """Everything this process logs goes to stderr, or to `file`, one line a record."""
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    lines = logging.StreamHandler(sys.stderr) if file is None else logging.FileHandler(file, encoding="utf-8")
    lines.setFormatter(JsonLines(process) if file or settings.log_format == "json" else TextLines(process))
    logging.basicConfig(level=logging.INFO, handlers=[lines], force=True)
    # It reports every attempt of every inner loop as an error; hub.waiting says the same once.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    for chatty in ("httpx", "httpcore", "websockets", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


@asynccontextmanager
async def serve_metrics(
    settings: Settings, port: int, readiness: Readiness, registry: CollectorRegistry = REGISTRY
) -> AsyncIterator[int]:
    """Serve /metrics (Prometheus), /healthz and /readyz while the block is open; gives the port (of 0: a free one).

    A port that is in use is no reason not to work: then a free one is taken, and said in the log.

    Raises:
        ConfigurationError: the host is no address of this machine.
    """
    pages = _Pages(readiness, registry)
    try:
        server = await asyncio.start_server(pages.answer, settings.metrics_host, port, limit=REQUEST_BYTES)
    except OSError as taken:
        try:
            server = await asyncio.start_server(pages.answer, settings.metrics_host, 0, limit=REQUEST_BYTES)
        except OSError as wrong:
            raise ConfigurationError(
                f"metrics cannot be served: {wrong.strerror}",
                where=f"HUB_METRICS_HOST={settings.metrics_host}",
                hint="set it to an address of this machine: 127.0.0.1, or 0.0.0.0 for all",
            ) from None
        instead = server.sockets[0].getsockname()[1]
        log.warning("port %d for metrics cannot be opened (%s); they are on %d", port, taken.strerror, instead)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


class _Pages:
    def __init__(self, readiness: Readiness, registry: CollectorRegistry) -> None:
        self._readiness, self._registry = readiness, registry

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request per connection: scrapers ask every few seconds, and a half-open one is cut off."""
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(self._response(head))
                await writer.drain()
                writer.close()
                await writer.wait_closed()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            writer.transport.abort()

    def _response(self, head: bytes) -> bytes:
        method, _, rest = head.partition(b" ")
        path = rest.partition(b" ")[0].partition(b"?")[0]
        if method not in (b"GET", b"HEAD"):
            return _http("405 Method Not Allowed", "text/plain", b"GET only\n")
        if path == b"/metrics":
            return _http("200 OK", CONTENT_TYPE_LATEST, generate_latest(self._registry))
        if path == b"/healthz":
            return _http("200 OK", "application/json", b'{"status":"alive"}\n')
        if path == b"/readyz":
            return self._ready()
        return _http("404 Not Found", "text/plain", b"/metrics, /healthz or /readyz\n")

    def _ready(self) -> bytes:
        missing = list(self._readiness())
        body = json.dumps({"ready": not missing, "missing": missing}, ensure_ascii=False).encode()
        return _http("503 Service Unavailable" if missing else "200 OK", "application/json", body)


def _http(status: str, content_type: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
