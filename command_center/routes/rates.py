"""在线率 and 完好率 of any period, per bureau and per camera, to be shown or taken into a spreadsheet."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime

from command_center.access import GivenPorts, holding
from command_center.permissions import Right
from command_center.problems import Problem, responses
from command_center.rates import Rates, rates
from command_center.rates_sheet import as_csv
from command_center.sign_in import Operator

router = APIRouter(prefix="/api/cameras", tags=["cameras"])

Seeing = Annotated[Operator, Depends(holding(Right.CAMERAS))]
LONGEST = timedelta(days=400)


@router.get(
    "/rates",
    response_model=Rates,
    responses={200: {"content": {"text/csv": {}}, "description": "the figures"}, **responses(401, 403, 422)},
)
async def camera_rates(
    operator: Seeing,
    ports: GivenPorts,
    start: Annotated[AwareDatetime | None, Query(alias="from", description="a day before `to` when absent")] = None,
    end: Annotated[AwareDatetime | None, Query(alias="to", description="now when absent; never later than now")] = None,
    form: Annotated[Literal["json", "csv"], Query(alias="format")] = "json",
) -> Rates | Response:
    """What no worker watched is said as time without data and counted neither as online nor as offline. Cameras of a
    drill count in a hub that is a drill itself, and in no other."""
    now = ports.clock()
    end = min(end or now, now)
    start = start or end - timedelta(days=1)
    if not timedelta() < end - start <= LONGEST:
        raise Problem(422, f"`from` must be before `to` and now, and at most {LONGEST.days} days before.")
    cameras = [one for one in await ports.stores.cameras.all() if ports.config.exercise or not one.exercise]
    found = rates(cameras, await ports.stores.health_log.between(start, end), start, end)
    if form == "json":
        return found
    name = f"rates-{start:%Y%m%d}-{end:%Y%m%d}.csv"
    return Response(
        as_csv(found), media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip
