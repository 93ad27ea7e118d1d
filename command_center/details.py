"""One incident in full, as one person may see it."""

from command_center.audits import questions
from command_center.handling import allowed
from command_center.messages import IncidentDetail, Question, SignalView
from command_center.permissions import Right
from command_center.ports import Ports
from command_center.rows import LIVE_STATES
from command_center.sign_in import Operator
from command_center.signal_views import is_confidential, view_of_signal, with_callers
from contracts.incidents import Decision, Incident, Member
from contracts.signals import Signal


async def detail_of(ports: Ports, incident: Incident, operator: Operator) -> IncidentDetail:
    """The row, the members with their reasons, the signals in words, the decisions, what was done, what may be done."""
    stores, ids = ports.stores, [member.signal_id for member in incident.signals]
    row = (await stores.wall.rows([incident.incident_id]))[0].seen_by(operator.view)
    assert row is not None
    signals = await stores.incidents.signals(ids)
    hidden = {one.signal_id for one in signals if is_confidential(one) and not operator.may(Right.CONFIDENTIAL)}
    items, decisions = operator.may(Right.WORK_ITEMS), await stores.incidents.decisions(ids)
    return IncidentDetail.model_validate({
        **row.model_dump(),
        "signals": tuple(_member(one, one.signal_id in hidden) for one in incident.signals),
        "views": await _views(ports, signals, operator),
        "decisions": tuple(_without_words(one, hidden) for one in decisions),
        "questions": await _questions(ports, decisions, incident) if operator.may(Right.CORRECT) else (),
        "annotations": incident.annotations,
        "suggested_links": incident.suggested_links if items else (),
        "related": incident.related,
        "redirects": incident.redirects,
        "never_with": incident.never_with,
        "history": tuple(await stores.desks.history([incident.incident_id, *incident.redirects])),
        "allowed": allowed(
            row.handling, live=incident.state in LIVE_STATES, by=operator.actor, now=ports.clock()
        ),
        "params_version": incident.params_version,
    })  # fmt: skip


async def _questions(ports: Ports, decisions: list[Decision], incident: Incident) -> tuple[Question, ...]:
    asked = [one.decision_id for one in decisions if ports.sampling.audited(one.identity)]
    answered = await ports.stores.labels.answered(asked) if asked else set()
    return questions(decisions, incident.signals, answered, ports.sampling.audited)


async def _views(ports: Ports, signals: list[Signal], operator: Operator) -> tuple[SignalView, ...]:
    """The personal fields of a caller are read only for a role that sees them masked, and leave here masked."""
    callers = {one: await ports.personal.reveal(one) for one in with_callers(signals, operator.role)}
    return tuple(view_of_signal(one, operator.role, callers.get(one.signal_id)) for one in signals)


def _member(member: Member, hidden: bool) -> Member:
    return member.model_copy(update={"sentence_zh": "", "sentence_en": ""}) if hidden else member


def _without_words(decision: Decision, hidden: set[str]) -> Decision:
    """A decision's terms are numbers; its constraints are words and stay with those who may read them."""
    return decision.model_copy(update={"constraints": ()}) if decision.signal_id in hidden else decision
