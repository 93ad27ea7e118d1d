"""The city's own map: where it is, its layers as GeoJSON, and a base map in one file when the city has one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import FileResponse

from command_center.access import GivenPorts, holding
from command_center.permissions import Right
from command_center.problems import Problem, responses
from command_center.sign_in import Operator
from contracts.contract import Contract

router = APIRouter(prefix="/api/map", tags=["map"])

Seeing = Annotated[Operator, Depends(holding(Right.MAP))]


class MapInfo(Contract):
    """GET /api/map; degrees WGS-84, longitude first as in GeoJSON."""

    center: tuple[float, float] | None
    bounds: tuple[float, float, float, float] | None
    """west, south, east, north"""
    layers: tuple[str, ...]
    pmtiles: str | None = None
    """same-origin address of the base map, which answers ranges"""


@router.get("", responses=responses(401, 403))
async def map_info(operator: Seeing, ports: GivenPorts) -> MapInfo:
    """What there is to draw."""
    bounds = ports.geography.bounds
    center = ((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2) if bounds else None
    pmtiles = "/api/map/base.pmtiles" if ports.config.pmtiles else None
    return MapInfo(center=center, bounds=bounds, layers=ports.geography.layers, pmtiles=pmtiles)


@router.get("/base.pmtiles", response_class=FileResponse, responses=responses(401, 403, 404))
async def base_map(operator: Seeing, ports: GivenPorts) -> FileResponse:
    """The base map, by ranges."""
    path = ports.config.pmtiles
    if path is None or not path.is_file():
        raise Problem(404, "There is no base map; set HUB_CONSOLE__PMTILES to a .pmtiles file.")
    return FileResponse(path, media_type="application/octet-stream")


@router.get(
    "/{layer}.geojson",
    response_class=Response,
    responses={200: {"content": {"application/geo+json": {}}}, **responses(401, 403, 404)},
)
async def layer(layer: str, operator: Seeing, ports: GivenPorts) -> Response:
    """One layer (RFC 7946)."""
    data = ports.geography.layer(layer)
    if data is None:
        raise Problem(404, f"There is no layer {layer}; see /api/map.")
    return Response(data, media_type="application/geo+json", headers={"Cache-Control": "private, max-age=300"})
