"""Whether the console lives, whether it is ready, and its figures, for those who run it."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from command_center.access import GivenPorts
from command_center.problems import answer

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The event loop answers."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "a part is not ready"}})
async def readyz(ports: GivenPorts) -> Response:
    """The database answers and the board is loaded."""
    parts = await ports.ready()
    if all(parts.values()):
        return JSONResponse({"status": "ready", "parts": parts})
    missing = ", ".join(name for name, fine in parts.items() if not fine)
    return answer(503, f"Not ready: {missing}.", more={"parts": parts})


@router.get("/metrics", response_class=Response)
async def metrics() -> Response:
    """Prometheus text."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
