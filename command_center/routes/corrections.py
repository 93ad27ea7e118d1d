"""A correction as a test case for later models: what was heard around it, what the machine and the person said."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from command_center.access import GivenPorts, holding
from command_center.permissions import Right
from command_center.problems import Problem, responses
from command_center.sign_in import Operator
from command_center.store.audit import Entry
from contracts.errors import Refused

router = APIRouter(prefix="/api/corrections", tags=["corrections"])

Correcting = Annotated[Operator, Depends(holding(Right.CORRECT))]


@router.get(
    "/{action_id}/case",
    response_class=Response,
    responses={
        200: {"content": {"application/x-ndjson": {}}, "description": "CloudEvents, one a line; `hub replay` reads it"},
        **responses(401, 403, 404),
    },
)
async def case(action_id: str, operator: Correcting, ports: GivenPorts) -> Response:
    """Places, times, kinds and words of the signals within the gate's reach, and the action; no text, no picture, no
    person. Written to the audit."""
    try:
        body = await ports.cases.export(action_id)
    except Refused as refusal:
        raise Problem(404, str(refusal)) from None
    await ports.stores.audit.write(
        Entry(ports.clock(), operator.actor, "correction.export", action_id, "", {"bytes": len(body)})
    )
    name = f"correction-{action_id[:12]}.jsonl"
    return Response(
        body, media_type="application/x-ndjson", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
