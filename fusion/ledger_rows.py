"""A batch's outputs as columns, the newest revision of each incident only, with nothing lost that must sound."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.actions import Action, ActionResult
from contracts.incidents import Decision, Incident
from contracts.signals import Signal
from contracts.topics import ACTION_RESULTS, ACTIONS, INCIDENTS, Topic, partition_of
from contracts.wire import encode
from fusion.engine import Outputs
from fusion.journal import Entry

Columns = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Page:
    """What one transaction writes: entries with what they brought about, and every identity that is now done with."""

    entries: Sequence[tuple[Entry, Outputs]]
    done_with: Sequence[str]
    """journalled now or before: they leave the outbox"""
    partitions: Mapping[str, int] = field(default_factory=dict)
    """district → partition, where that is laid down"""

    def incidents(self) -> list[Incident]:
        """The newest revision of each incident, in the order of their first change."""
        newest: dict[str, Incident] = {}
        for _, outputs in self.entries:
            for incident in outputs.incidents:
                before = newest.get(incident.incident_id)
                if before is not None and before.resounds:
                    incident = incident.model_copy(update={"resounds": True})
                newest[incident.incident_id] = incident
        return list(newest.values())

    def decisions(self) -> list[tuple[int, Decision]]:
        """(position, decision), in order."""
        return [(entry.position, decision) for entry, outputs in self.entries for decision in outputs.decisions]

    def results(self) -> list[ActionResult]:
        """Answers to actions, in order."""
        return [result for _, outputs in self.entries for result in outputs.results]

    def forwards(self) -> list[Action]:
        """What other districts must do because of it, in order."""
        return [action for _, outputs in self.entries for action in outputs.forwards]


def page_columns(page: Page) -> Columns:
    """For `ledger_statements.PAGE`: all that one batch writes, but the moves of `reseat_columns`."""
    incidents = page.incidents()
    parts = {
        "journal": _journal_columns(page),
        "signal": _signal_columns(page),
        "incident": _incident_columns(incidents),
        "decision": _decision_columns(page.decisions()),
        "tell": _tell_columns(incidents, page.results()),
        "sent": sent_columns(page.forwards(), page.partitions),
    }
    columns = {f"{part}_{name}": column for part, its in parts.items() for name, column in its.items()}
    return columns | {"done_with": list(page.done_with), "changed": [one.incident_id for one in incidents]}


def _journal_columns(page: Page) -> Columns:
    """The part of `ledger_statements.PAGE` that fences: a position is taken once."""
    entries = [entry for entry, _ in page.entries]
    return {
        "districts": [entry.incoming.district for entry in entries],
        "positions": [entry.position for entry in entries],
        "types": [entry.incoming.record_type for entry in entries],
        "identities": [entry.incoming.identity for entry in entries],
        "arrivals": [entry.arrived_at for entry in entries],
        "records": [entry.incoming.raw for entry in entries],
    }


def _signal_columns(page: Page) -> Columns:
    """Each signal once, at its newest update, with the incident it now sits in."""
    seats = {decision.signal_id: decision.incident_id for _, decision in page.decisions()}
    newest: dict[str, Signal] = {}
    for entry, _ in page.entries:
        if entry.incoming.record_type == "signal":
            signal: Signal = entry.incoming.body  # type: ignore[assignment]
            if signal.signal_id not in newest or newest[signal.signal_id].update < signal.update:
                newest[signal.signal_id] = signal
    signals = list(newest.values())
    return {
        "ids": [signal.signal_id for signal in signals],
        "districts": [signal.district for signal in signals],
        "sources": [signal.source for signal in signals],
        "refs": [signal.source_ref for signal in signals],
        "updates": [signal.update for signal in signals],
        "types": [signal.event_type for signal in signals],
        "incidents": [seats.get(signal.signal_id) for signal in signals],
        "observed": [signal.observed_at for signal in signals],
        "received": [signal.received_at for signal in signals],
        "exercises": [signal.exercise for signal in signals],
        "docs": [signal.model_dump_json() for signal in signals],
    }


def reseat_columns(page: Page) -> Columns:
    """For `ledger_statements.RESEAT`: signals that a person moved, or the machine when it knew more."""
    moved = {
        decision.signal_id: decision.incident_id
        for entry, outputs in page.entries
        for decision in outputs.decisions
        if entry.incoming.record_type == "action" or decision.moved_from is not None
    }
    return {"ids": list(moved), "incidents": list(moved.values())}


def _incident_columns(incidents: Sequence[Incident]) -> Columns:
    """Each incident once, at its newest revision."""
    return {
        "ids": [incident.incident_id for incident in incidents],
        "labels": [incident.label for incident in incidents],
        "districts": [incident.district for incident in incidents],
        "revisions": [incident.revision for incident in incidents],
        "kinds": [incident.kind.value for incident in incidents],
        "severities": [int(incident.severity) for incident in incidents],
        "states": [incident.state.value for incident in incidents],
        "merged": [incident.merged_into for incident in incidents],
        "exercises": [incident.exercise for incident in incidents],
        "observed": [incident.observed_at for incident in incidents],
        "last": [incident.last_signal_at for incident in incidents],
        "decided": [incident.decided_at for incident in incidents],
        "lats": [incident.place.lat for incident in incidents],
        "lons": [incident.place.lon for incident in incidents],
        "docs": [incident.model_dump_json() for incident in incidents],
    }


def _decision_columns(decisions: Sequence[tuple[int, Decision]]) -> Columns:
    """Every decision."""
    return {
        "ids": [decision.decision_id for _, decision in decisions],
        "districts": [decision.district for _, decision in decisions],
        "positions": [position for position, _ in decisions],
        "signals": [decision.signal_id for _, decision in decisions],
        "incidents": [decision.incident_id for _, decision in decisions],
        "chosen": [decision.chosen for _, decision in decisions],
        "ps": [decision.p for _, decision in decisions],
        "decided": [decision.decided_at for _, decision in decisions],
        "docs": [decision.model_dump_json() for _, decision in decisions],
    }


def _tell_columns(incidents: Iterable[Incident], results: Iterable[ActionResult]) -> Columns:
    """What integrators and consoles are told through Kafka."""
    rows: list[tuple[Topic, str, bytes]] = [
        (INCIDENTS, incident.incident_id, _incident_event(incident)) for incident in incidents
    ]
    rows += [(ACTION_RESULTS, result.district, _result_event(result)) for result in results]
    return {
        "topics": [topic.name for topic, _, _ in rows],
        "keys": [key for _, key, _ in rows],
        "bodies": [body for _, _, body in rows],
    }


def sent_columns(actions: Sequence[Action], partitions: Mapping[str, int]) -> Columns:
    """Actions for other districts: into the outbox, from where they are published until they are journalled there."""
    return {
        "identities": [f"action|{action.action_id}" for action in actions],
        "topics": [ACTIONS.name for _ in actions],
        "keys": [action.district for action in actions],
        "partitions": [partition_of(action.district, partitions, ACTIONS.partitions) for action in actions],
        "bodies": [_action_event(action) for action in actions],
    }


def _action_event(action: Action) -> bytes:
    return encode(
        action,
        event_id=action.action_id,
        source="/fusion/border",
        event_type=ACTIONS.event_type,
        time=action.at,
        subject=action.incident_id,
    )


def _incident_event(incident: Incident) -> bytes:
    return encode(
        incident,
        event_id=f"{incident.incident_id}:{incident.revision}",
        source=f"/fusion/{incident.district}",
        event_type=INCIDENTS.event_type,
        time=incident.decided_at,
        subject=incident.incident_id,
    )


def _result_event(result: ActionResult) -> bytes:
    return encode(
        result,
        event_id=result.action_id,
        source=f"/fusion/{result.district}",
        event_type=ACTION_RESULTS.event_type,
        time=result.at,
        subject=result.incident_id,
    )
