"""A person's word on a decision that nobody had doubted (抽查)."""

from typing import Annotated

from fastapi import APIRouter, Depends

from command_center.access import GivenPorts, holding
from command_center.audits import asked_about, label_of
from command_center.permissions import Right
from command_center.problems import Problem, responses
from command_center.sign_in import Operator
from command_center.store.audit import Entry
from contracts.contract import StrictContract

router = APIRouter(prefix="/api/decisions", tags=["decisions"])

Correcting = Annotated[Operator, Depends(holding(Right.CORRECT))]


class AnswerRequest(StrictContract):
    """Whether the machine was right."""

    right: bool


@router.post("/{decision_id}/answer", status_code=204, responses=responses(401, 403, 404, 409, 422))
async def answer(decision_id: str, request: AnswerRequest, operator: Correcting, ports: GivenPorts) -> None:
    """Answer the question that the incident's detail asks in `questions`. It teaches calibration and corrects nothing:
    to move the signal, split or refuse. The first answer stands."""
    found = await ports.stores.labels.decision(decision_id)
    candidate = asked_about(found[0], ports.sampling.audited) if found is not None else None
    if found is None or candidate is None or not await _is_seen(ports, found[0].incident_id, operator):
        raise Problem(404, "没有这个问题 · nobody asks about this decision")
    decision, source = found
    now = ports.clock()
    label = label_of(
        decision, candidate, source, right=request.right, weight=ports.sampling.weight_of(decision.chosen),
        login=operator.login, at=now,
    )  # fmt: skip
    entry = Entry(now, operator.actor, "decision.answer", decision_id, "", {"right": request.right})
    if not await ports.stores.labels.write(label, entry):
        raise Problem(409, "已有人答过 · somebody has answered already")


async def _is_seen(ports: GivenPorts, incident_id: str | None, operator: Operator) -> bool:
    rows = await ports.stores.wall.rows([incident_id]) if incident_id else []
    return bool(rows) and rows[0].seen_by(operator.view) is not None
