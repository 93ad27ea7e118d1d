"""Snapshots and clips of signals: for a reason, written down."""

import mimetypes
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from command_center.access import GivenPorts, holding
from command_center.looks import Look, reason_for, refuse_foreign_evidence
from command_center.permissions import Right
from command_center.problems import Problem, responses
from command_center.sign_in import Operator

router = APIRouter(prefix="/api/evidence", tags=["evidence"])

Looking = Annotated[Operator, Depends(holding(Right.EVIDENCE))]


@router.get(
    "/{ref:path}",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}, "video/mp4": {}}}, **responses(401, 403, 404, 422)},
)
async def evidence(ref: str, operator: Looking, ports: GivenPorts, why: Annotated[Look, Depends()]) -> Response:
    """What a signal's `evidence` names. Give `incident_id` or a `reason` in words."""
    if not ref.startswith("ev/"):
        raise Problem(404, "There is no such evidence.")
    reason = await reason_for(ports, operator, why)
    await refuse_foreign_evidence(ports, reason, ref)
    await reason.write("evidence.look", ref)
    data = await ports.evidence.get(ref)
    if data is None:
        raise Problem(404, "There is no such evidence: it may have been deleted at the end of its time.")
    kind = mimetypes.guess_type(ref)[0] or "application/octet-stream"
    return Response(data, media_type=kind, headers={"Cache-Control": "private, no-store"})
