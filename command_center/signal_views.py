"""A signal in words, as a role may see it: callers masked or absent, confidential text hidden."""

from collections.abc import Iterable, Mapping

from command_center.masking import mask_caller
from command_center.messages import SignalView
from command_center.permissions import Right, may
from contracts.intake import CallerDetails
from contracts.kinds import EVENT_TYPES
from contracts.measures import words_of as words_of_measures
from contracts.signals import Dispute, GridReport, Observation, Petition, PoliceAlert, Signal

_HEAD = frozenset({
    "signal_id", "source", "event_type", "severity", "observed_at", "received_at", "place", "evidence", "camera_id",
    "bureau", "content", "description", "address", "words", "kind", "district", "exercise", "measures",
})  # fmt: skip
"""what a `SignalView` says in members of its own, or not at all"""


def view_of_signal(signal: Signal, role: str, caller: CallerDetails | None) -> SignalView:
    """`caller` is None for roles that may not see one, and for signals without."""
    hidden = is_confidential(signal) and not may(role, Right.CONFIDENTIAL)
    masked = may(role, Right.CALLER_MASKED) and not hidden
    evidence = signal.evidence if isinstance(signal, Observation) and may(role, Right.EVIDENCE) else ()
    return SignalView(
        signal_id=signal.signal_id,
        source=signal.source,
        event_type=signal.event_type,
        severity=signal.severity,
        observed_at=signal.observed_at,
        received_at=signal.received_at,
        text="" if hidden else words_of(signal),
        caller=mask_caller(caller) if caller and masked else "",
        can_reveal=caller is not None and may(role, Right.CALLER_REVEAL),
        camera_id=signal.camera_id if isinstance(signal, Observation) else None,
        bureau=signal.bureau if isinstance(signal, Observation) else None,
        place={} if hidden else signal.place.model_dump(mode="json"),
        evidence=tuple(one.model_dump(mode="json") for one in evidence),
        fields={} if hidden else _fields(signal),
    )


def is_confidential(signal: Signal) -> bool:
    """Only a call ever is (P17)."""
    return isinstance(signal, PoliceAlert) and signal.confidential


def with_callers(signals: Iterable[Signal], role: str) -> list[str]:
    """Signals of which this role may see a caller at all: the others' personal fields are not even read."""
    if not may(role, Right.CALLER_MASKED):
        return []
    return [
        one.signal_id
        for one in signals
        if one.source in ("police_110", "grid") and (may(role, Right.CONFIDENTIAL) or not is_confidential(one))
    ]


def words_of(signal: Signal) -> str:
    """What was said, or what the rule saw."""
    name = EVENT_TYPES[signal.event_type].zh if signal.event_type in EVENT_TYPES else signal.event_type
    if isinstance(signal, PoliceAlert):
        return signal.content or signal.category_name or name
    if isinstance(signal, GridReport):
        return signal.description or signal.class_name or name
    if isinstance(signal, Dispute | Petition):
        return " · ".join(part for part in (name, signal.class_name, signal.state) if part)
    count = f" {signal.count}" if signal.count is not None else ""
    measured, _ = words_of_measures(signal.measures)
    return " · ".join(part for part in (f"{name}{count}", measured, signal.rule, f"{signal.confidence:.0%}") if part)


def _fields(signal: Signal) -> Mapping[str, object]:
    """The source's own members that have a value, for the detail's small print."""
    kept = signal.model_dump(mode="json", exclude=set(_HEAD), exclude_none=True)
    address = {"address": signal.address} if isinstance(signal, PoliceAlert) and signal.address else {}
    measured = _measured(signal)
    return {name: value for name, value in (kept | address | measured).items() if value not in ("", [], (), {})}


def _measured(signal: Signal) -> dict[str, dict[str, str]]:
    """What a rule measured, in words of both languages: how dense, how fast, how long, when it will be a crowd."""
    if not isinstance(signal, Observation) or not signal.measures:
        return {}
    zh, en = words_of_measures(signal.measures)
    return {"measured": {"zh": zh, "en": en}}
