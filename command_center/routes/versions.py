"""Versions of fusion's parameters: look at what a fit proposes, put it into force, take it back."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from command_center.access import MIN_REASON, GivenPorts, holding
from command_center.permissions import Right
from command_center.ports import Page, Ports
from command_center.problems import Problem, responses
from command_center.sign_in import Operator
from command_center.store.audit import Entry
from command_center.versions import VersionReport, VersionRow
from contracts.contract import Contract, StrictContract
from contracts.errors import Refused

router = APIRouter(prefix="/api/parameter-versions", tags=["parameter versions"])

Learning = Annotated[Operator, Depends(holding(Right.LEARN))]


class VersionList(Page):
    """GET /api/parameter-versions, the newest first, all on one page."""

    items: tuple[VersionRow, ...]
    in_force: str | None
    """null: the settings' own numbers"""


class ReasonRequest(StrictContract):
    """Why; it is kept beside the version and in the audit."""

    reason: str = Field(min_length=MIN_REASON, max_length=500)


class InForce(Contract):
    """What holds from each district's next record on; null: the settings' own numbers."""

    in_force: str | None


@router.get("", responses=responses(401, 403))
async def versions(operator: Learning, ports: GivenPorts) -> VersionList:
    """What fits proposed, who did what with it, and from which record on it held in each district."""
    items, in_force = await ports.versions.listed()
    return VersionList(items=tuple(items), in_force=in_force)


@router.get("/{version}", responses=responses(401, 403, 404))
async def report(version: str, operator: Learning, ports: GivenPorts) -> VersionReport:
    """What the fit said: reliability, surprise on answers it never saw, joins gained and lost."""
    try:
        return await ports.versions.report(version)
    except Refused as refusal:
        raise Problem(404, str(refusal)) from None


@router.post("/{version}/apply", responses=responses(401, 403, 409, 422))
async def apply(version: str, request: ReasonRequest, operator: Learning, ports: GivenPorts) -> InForce:
    """Put it into force: it holds from each district's next record on, and a replay follows."""
    try:
        await ports.versions.apply(version, login=operator.login, reason=request.reason)
    except Refused as refusal:
        raise Problem(409, str(refusal)) from None
    await _write(ports, operator, "parameters.apply", version, request.reason)
    return InForce(in_force=version)


@router.post("/take-back", responses=responses(401, 403, 409, 422))
async def take_back(request: ReasonRequest, operator: Learning, ports: GivenPorts) -> InForce:
    """Take the version in force back: the one before it holds again."""
    try:
        before = await ports.versions.take_back(login=operator.login, reason=request.reason)
    except Refused as refusal:
        raise Problem(409, str(refusal)) from None
    await _write(ports, operator, "parameters.take_back", before or "settings", request.reason)
    return InForce(in_force=before)


async def _write(ports: Ports, operator: Operator, act: str, version: str, reason: str) -> None:
    await ports.stores.audit.write(Entry(ports.clock(), operator.actor, act, version, reason))
