"""Live pictures: a ticket for a stated reason, then one websocket of fragmented MP4 (docs/live.md)."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, WebSocket
from pydantic import AwareDatetime, Field

from command_center.access import GivenPorts, bearer_of, holding
from command_center.gate import same_origin
from command_center.live import NO_PICTURE, Viewer
from command_center.looks import Look, reason_for, refuse_distant_camera
from command_center.messages import CameraRow
from command_center.permissions import Right
from command_center.ports import Ports
from command_center.problems import Problem, responses
from command_center.push import EXTENSION
from command_center.routes.board import FORBIDDEN, NOT_SIGNED_IN, operator_of_socket
from command_center.sign_in import Operator
from command_center.store.audit import Entry
from command_center.tickets import GOOD_FOR, Permission
from contracts.cameras import Camera, CameraHealth
from contracts.contract import Contract, StrictContract
from contracts.packets import Wish

router = APIRouter(tags=["live"])

Looking = Annotated[Operator, Depends(holding(Right.PICTURES))]

MOST_AT_ONCE = 64
"""pictures one person may have open: a wall of cameras, twice"""


class LiveRequest(StrictContract):
    """POST /api/cameras/{id}/live: for which incident, or why (调用事由)."""

    incident_id: str | None = Field(default=None, max_length=64)
    reason: str | None = Field(default=None, max_length=500)
    stream: Literal["main", "sub"] = "main"
    """sub: the small picture, for tiles of a grid; a camera without one gives its main picture"""
    hevc: bool = False
    """this browser plays H.265: `MediaSource.isTypeSupported('video/mp4; codecs="hvc1.1.6.L120.90"')`"""


class LiveGrant(Contract):
    """Permission to look, once."""

    ticket: str
    """empty where a media server shows the picture"""
    url: str
    """/ws/cameras/{id}/live?ticket=… of this console, or the media server's address"""
    via: Literal["hub", "media_server"]
    codec: str
    """of the camera's own stream, as FFmpeg names it; what comes is said by the first message"""
    watermark: str
    """to be drawn over the picture: who looks, and since when"""
    expires_at: AwareDatetime


@router.post("/api/cameras/{camera_id}/live", status_code=201, responses=responses(401, 403, 404, 409, 422, 429))
async def allow(camera_id: str, asked: LiveRequest, operator: Looking, ports: GivenPorts) -> LiveGrant:
    """A ticket for one look, written into the access register first. Opened from an incident, the incident is the
    reason; else a reason in words is required."""
    row, camera = ports.camera_views.row(camera_id), ports.camera_views.camera(camera_id)
    if row is None or camera is None:
        raise Problem(404, "There is no such camera in the registry.")
    reason = await reason_for(ports, operator, Look(asked.incident_id, asked.reason))
    await refuse_distant_camera(ports, reason, camera_id)
    served_elsewhere = camera.live_url is not None and not camera.masks
    if not served_elsewhere:
        _refuse_dead(row)
    if ports.live.watching(operator.login) >= MOST_AT_ONCE:
        raise Problem(429, f"{MOST_AT_ONCE} live pictures are open under this name; close some.")
    await reason.write("live.look", camera_id)
    now = ports.clock()
    incident_id = reason.incident.incident_id if reason.incident else None
    permission = Permission(
        camera_id=camera_id, login=operator.login, sub=asked.stream == "sub", hevc=asked.hevc, reason=reason.words,
        incident_id=incident_id, until=now + GOOD_FOR,
    )  # fmt: skip
    ticket = "" if served_elsewhere else ports.tickets.give(permission)
    return LiveGrant(
        ticket=ticket, url=_address(camera, ticket), via="media_server" if served_elsewhere else "hub",
        codec=row.codec, watermark=_watermark(operator, now), expires_at=permission.until,
    )  # fmt: skip


@router.websocket("/ws/cameras/{camera_id}/live")
async def live(websocket: WebSocket, camera_id: str, ticket: str = "") -> None:
    """One look. Closed with 4401 when the ticket opens nothing or the session ends, 4403 from another site's page,
    4409 when no picture came for 20 s."""
    ports: Ports = websocket.app.state.ports
    await websocket.accept()  # first: a refused handshake gives a browser no code, and the page must know why
    if bearer_of(websocket) is None and not same_origin(websocket.headers, ports.config.origins):
        await websocket.close(FORBIDDEN, "another site's page")
        return
    operator = await operator_of_socket(websocket, ports)
    permission = ports.tickets.take(ticket, camera_id, operator.login, ports.clock()) if operator else None
    if operator is None or permission is None:
        await websocket.close(NOT_SIGNED_IN, "this ticket was used, is too old, or is another's")
        return
    await _show(websocket, ports, operator, permission)


async def _show(websocket: WebSocket, ports: Ports, operator: Operator, permission: Permission) -> None:
    """Until the browser leaves; then the register is told for how long."""
    viewer = Viewer(websocket.scope["extensions"][EXTENSION]["wire"], operator.login, operator.session)
    wish = Wish(permission.camera_id, permission.sub, permission.hevc)
    began = ports.clock()
    ports.live.join(wish, viewer)
    try:
        await _until_left(websocket)
    finally:
        ports.live.leave(wish, viewer)
        await ports.stores.audit.write(_end(ports, operator, permission, viewer, ports.clock() - began))


async def _until_left(websocket: WebSocket) -> None:
    while (await websocket.receive())["type"] != "websocket.disconnect":
        await websocket.close(4400, "a live picture takes no messages")


def _end(ports: Ports, operator: Operator, permission: Permission, viewer: Viewer, looked_for: timedelta) -> Entry:
    detail: dict[str, str | float] = {"pictures": viewer.sent, "dropped": viewer.dropped}
    detail["seconds"] = round(looked_for.total_seconds(), 1)
    if permission.incident_id:
        detail |= {"incident_id": permission.incident_id}
    return Entry(ports.clock(), operator.actor, "live.end", permission.camera_id, permission.reason, detail)


def _refuse_dead(row: CameraRow) -> None:
    if row.health is CameraHealth.OFFLINE:
        since = f" since {row.since:%Y-%m-%d %H:%M} UTC" if row.since else ""
        raise Problem(409, f"No picture{since}: {row.why_zh} {row.why_en}", close=NO_PICTURE)


def _address(camera: Camera, ticket: str) -> str:
    if not ticket and camera.live_url is not None:
        return camera.live_url
    return f"/ws/cameras/{camera.camera_id}/live?ticket={ticket}"


def _watermark(operator: Operator, now: datetime) -> str:
    who = dict.fromkeys((operator.display_name, operator.login))
    return f"{' '.join(who)} {now.astimezone():%Y-%m-%d %H:%M}"
