"""The integrator's side of the cameras: entries as in streams.yaml, the verdict on one, the file, the coverage."""

from collections.abc import Awaitable, Mapping
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import APIRouter, Body, Depends, Response

from command_center.access import GivenPorts, holding
from command_center.camera_desk import CamerasFileState, EntryRefused
from command_center.coverage import coverage
from command_center.permissions import Right
from command_center.ports import Ports
from command_center.problems import Problem, responses
from command_center.sign_in import Operator
from command_center.store.audit import Entry
from contracts.contract import StrictContract

T = TypeVar("T")
router = APIRouter(prefix="/api/cameras", tags=["cameras"])

Seeing = Annotated[Operator, Depends(holding(Right.CAMERAS))]
Configuring = Annotated[Operator, Depends(holding(Right.CONFIGURE))]
CameraBody = Annotated[dict[str, Any], Body(description="a camera exactly as in streams.yaml: streams.schema.json")]


class CheckRequest(StrictContract):
    """POST /api/cameras/check: an entry that was not saved yet, or a camera of the registry."""

    entry: dict[str, Any] | None = None
    camera_id: str | None = None


class Written(StrictContract):
    """What a change of a camera is answered with."""

    camera_id: str
    changed: tuple[str, ...] = ()
    """members of the entry that differ from before"""


@router.get(
    "/coverage.geojson",
    response_class=Response,
    responses={200: {"content": {"application/geo+json": {}}}, **responses(401, 403)},
)
async def coverage_of_all(operator: Seeing, ports: GivenPorts) -> Response:
    """What each camera sees of the ground, with its health: where nothing is drawn, nobody looks."""
    views = ports.camera_views
    return Response(orjson.dumps(coverage(views.registered(), views.rows())), media_type="application/geo+json")


@router.get("/file", responses=responses(401, 403))
async def file(operator: Seeing, ports: GivenPorts) -> CamerasFileState | None:
    """What became of streams.yaml; null for a hub without one."""
    return await ports.camera_desk.file()


@router.post("", status_code=201, responses=responses(401, 403, 409, 422))
async def add(entry: CameraBody, operator: Configuring, ports: GivenPorts) -> Written:
    """A new camera; a worker connects to it within seconds."""
    with_id = await _refusing(ports.camera_desk.add(entry))
    await _written(ports, operator, "camera.add", with_id, {})
    return Written(camera_id=with_id)


@router.post("/check", responses=responses(401, 403, 404, 409, 422))
async def check(request: CheckRequest, operator: Configuring, ports: GivenPorts) -> dict[str, Any]:
    """Connect to it now and say what was seen, as `hub streams check --json` does; answers within ten seconds or so."""
    entry: Mapping[str, Any] | None = request.entry
    if entry is None:
        entry = await ports.camera_desk.entry(request.camera_id or "")
    if entry is None:
        raise Problem(404, "Give an `entry`, or the `camera_id` of one in the registry.")
    await ports.stores.audit.write(Entry(ports.clock(), operator.actor, "camera.check", str(entry.get("id", ""))))
    return dict(await _refusing(ports.camera_desk.check(entry)))


@router.get("/{camera_id}/entry", responses=responses(401, 403, 404, 409))
async def entry(camera_id: str, operator: Configuring, ports: GivenPorts) -> dict[str, Any]:
    """For editing. Passwords stand in it as ${NAME} only."""
    return dict(_found(await ports.camera_desk.entry(camera_id)))


@router.put("/{camera_id}", responses=responses(401, 403, 404, 409, 422))
async def change(camera_id: str, entry: CameraBody, operator: Configuring, ports: GivenPorts) -> Written:
    """Take the place of the entry; only this camera begins anew."""
    changed = _found(await _refusing(ports.camera_desk.change(camera_id, entry)))
    await _written(ports, operator, "camera.change", camera_id, {"changed": list(changed)})
    return Written(camera_id=camera_id, changed=tuple(changed))


@router.delete("/{camera_id}", status_code=204, responses=responses(401, 403, 404, 409))
async def remove(camera_id: str, operator: Configuring, ports: GivenPorts) -> None:
    """It is watched no longer; what it reported stays."""
    if not await ports.camera_desk.remove(camera_id):
        _found(None)
    await _written(ports, operator, "camera.remove", camera_id, {})


async def _refusing(asked: Awaitable[T]) -> T:
    """An entry that cannot be a camera is answered with every member to mend."""
    try:
        return await asked
    except EntryRefused as refused:
        raise Problem(422, "The entry cannot be a camera as it is.", errors=refused.errors) from None


def _found(what: T | None) -> T:
    if what is None:
        raise Problem(404, "There is no such camera in the registry.")
    return what


async def _written(ports: Ports, operator: Operator, act: str, camera_id: str, detail: Mapping[str, Any]) -> None:
    """Into the audit, and into what this console shows."""
    await ports.stores.audit.write(Entry(ports.clock(), operator.actor, act, camera_id, "", detail))
    ports.camera_views.register(await ports.stores.cameras.all())
