"""Cameras with their health and why, and the last picture of each: looked at for a reason, which is written down."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from command_center.access import GivenPorts, holding
from command_center.looks import Look, reason_for, refuse_distant_camera
from command_center.messages import CameraRow
from command_center.permissions import Right
from command_center.ports import Page, Ports
from command_center.problems import Problem, responses
from command_center.sign_in import Operator

router = APIRouter(prefix="/api/cameras", tags=["cameras"])

Seeing = Annotated[Operator, Depends(holding(Right.CAMERAS))]
Looking = Annotated[Operator, Depends(holding(Right.PICTURES))]


class CameraPage(Page):
    """GET /api/cameras."""

    items: tuple[CameraRow, ...]


@router.get("", responses=responses(401, 403, 422))
async def cameras(
    operator: Seeing,
    ports: GivenPorts,
    limit: Annotated[int, Query(ge=1, le=2000)] = 500,
    cursor: Annotated[int, Query(ge=0)] = 0,
) -> CameraPage:
    """The worst first: offline by how long, then stale, starting, online."""
    rows = ports.camera_views.rows()
    following = cursor + limit
    return CameraPage(items=tuple(rows[cursor:following]), next=str(following) if following < len(rows) else None)


@router.get("/{camera_id}", responses=responses(401, 403, 404))
async def camera(camera_id: str, operator: Seeing, ports: GivenPorts) -> CameraRow:
    """One camera."""
    return _found(ports, camera_id)


@router.get(
    "/{camera_id}/picture",
    response_class=Response,
    responses={
        200: {"content": {"image/jpeg": {}}, "description": "the last picture"},
        **responses(401, 403, 404, 422),
    },
)
async def picture(camera_id: str, operator: Looking, ports: GivenPorts, why: Annotated[Look, Depends()]) -> Response:
    """The last picture, with its moment in `X-Captured-At`. Give `incident_id` or a `reason` in words."""
    row = _found(ports, camera_id)
    reason = await reason_for(ports, operator, why)
    await refuse_distant_camera(ports, reason, camera_id)
    await reason.write("picture.look", camera_id)
    data = await ports.evidence.get(f"last/{camera_id}.jpg")
    if data is None:
        raise Problem(404, "There is no picture of this camera: no picture is not «all clear».")
    headers = {"X-Captured-At": row.last_picture_at.isoformat()} if row.last_picture_at else {}
    return Response(data, media_type="image/jpeg", headers=headers)


def _found(ports: Ports, camera_id: str) -> CameraRow:
    row = ports.camera_views.row(camera_id)
    if row is None:
        raise Problem(404, "There is no such camera in the registry.")
    return row
