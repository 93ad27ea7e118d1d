"""A new version of the parameters out of a recording, and the report by which a person decides about it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from hashlib import blake2b
from typing import Any

from contracts.cameras import Camera
from contracts.errors import Refused
from fusion.learning.audit import is_audited
from fusion.learning.calibration import Answer, calibrate, log_loss, probability
from fusion.learning.comparison import Comparison, by_source, compare
from fusion.learning.fit import LEAST_LABELS, fit_decisions, fit_rates
from fusion.learning.history import History, Word, answers_of, history_of, same_by
from fusion.learning.labels import Label, lesson_of
from fusion.learning.reliability import expected_calibration_error, reliability
from fusion.policy import Params
from fusion.recording import Line

HELD_OUT = 0.25
"""of the answers: kept from the fit, to see how it does on what it never saw"""
ENOUGH_CONFIRMED = 0.2
"""share of everything that was heard which lies in confirmed or dismissed incidents: from there on their decisions are
as good as a sample of all, and every one of them is an answer"""
LISTED = 200
"""joins gained and joins lost that a report names"""

Tell = Callable[[str, int, int], None]
"""what is being done, how much of it, out of how much"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What `hub fusion fit` gives: a version, and what there is to know before it is put into force."""

    params: Params
    report: dict[str, Any]


def propose(
    lines: Sequence[Line], live: Params, cameras: Sequence[Camera], *, on: date, truth: Mapping[str, str] | None = None,
    kinds: Mapping[str, str] | None = None, audits: Iterable[Word] = (), tell: Tell = lambda *_: None,
) -> Proposal:  # fmt: skip
    """Fit on a recording. `truth` and `kinds` (signal → cluster, cluster → kind or nothing) stand for confirmations
    where all is known (a simulated city); `on` dates the version.

    Raises:
        Refused: there is nothing to learn from.
    """
    history = _listened(lines, live, truth, kinds, audits, tell)
    if not history.heard:
        raise Refused("the recording holds no signal that could join another: nothing to learn from")
    heard = list(history.heard.values())
    lesson = lesson_of(history.labels, [], heard, cameras)
    rates = fit_rates(live, lesson, heard)
    same = same_by(history, truth)
    asked = None if lesson.share >= ENOUGH_CONFIRMED else {word.signal_id: word.weight for word in history.words}
    told = _Counter(tell, len(lines))
    answers = answers_of(lines, rates, same, asked, told.of("decisions under the new rates"))
    before = answers_of(lines, live, same, asked, told.of("decisions under the version in force"))
    params = named(fit_decisions(rates, answers), on)
    comparison = compare(lines, live, params, told.of("both versions beside each other"))
    source_of = {one.signal_id: one.source for one in heard}
    report = {
        "version": params.version,
        "compared_with": live.version,
        "learned_from": _learned_from(history, lesson.days, lesson.share, answers),
        "held_out": _held_out(live, before, rates, answers),
        "reliability": {"in force": _reliability(live, before), "proposed": _reliability(params, answers)},
        "last_week": _looks(comparison, source_of),
    }
    return Proposal(params, report)


def named(params: Params, on: date) -> Params:
    """The version's name: its day, and a hash of everything in it."""
    content = params.model_copy(update={"version": ""}).model_dump_json().encode()
    return params.model_copy(update={"version": f"{on.isoformat()}-{blake2b(content, digest_size=4).hexdigest()}"})


def _listened(
    lines: Sequence[Line], live: Params, truth: Mapping[str, str] | None, kinds: Mapping[str, str] | None,
    audits: Iterable[Word], tell: Tell,
) -> History:  # fmt: skip
    history = history_of(lines, live, _Counter(tell, len(lines)).of("what people said"))
    known = {word.signal_id for word in history.words}
    history.words += [replace(word, others=_members(history, word)) for word in audits if word.signal_id not in known]
    if truth:
        clusters: dict[str, list[str]] = {}
        for signal_id in history.heard:
            if signal_id in truth:
                clusters.setdefault(truth[signal_id], []).append(signal_id)
        history.labels = [
            Label(name, tuple(history.heard[one] for one in members), (kinds or {}).get(name, ""))
            for name, members in sorted(clusters.items())
        ]
    return history


def _members(history: History, word: Word) -> frozenset[str]:
    """An audit names an incident: the signals that it holds."""
    names = {member.signal_id for other in word.others if (incident := history.incidents.get(other)) is not None
             for member in incident.signals}  # fmt: skip
    return frozenset(names - {word.signal_id})


def _held_out(live: Params, before: Sequence[Answer], rates: Params, answers: Sequence[Answer]) -> dict[str, Any]:
    """Surprise on a quarter of the answers by a calibration that never saw them, and by the version in force."""
    unseen = [one for one in answers if is_audited(f"held out {one.signal_id}", HELD_OUT)]
    seen = [one for one in answers if not is_audited(f"held out {one.signal_id}", HELD_OUT)]
    names = {one.signal_id for one in unseen}
    old = [one for one in before if one.signal_id in names]
    found = calibrate(seen, rates.model.sources)
    return {
        "answers": len(unseen),
        "log_loss_in_force": round(log_loss(old, live.model.calibration), 4),
        "log_loss_proposed": round(log_loss(unseen, found), 4),
    }


def _reliability(params: Params, answers: Sequence[Answer]) -> dict[str, Any]:
    calibration = params.model.calibration
    said = [(probability(one, calibration[one.source]), one.same, one.weight) for one in answers]
    rows = reliability(said)
    return {
        "rows": [
            {"said": round(row.said, 4), "was": round(row.was, 4), "weight": round(row.weight, 1)} for row in rows
        ],
        "ece": round(expected_calibration_error(rows), 4),
    }


def _learned_from(history: History, days: float, share: float, answers: Sequence[Answer]) -> dict[str, Any]:
    confirmed = sum(label.real for label in history.labels)
    return {
        "signals": len(history.heard),
        "days": round(days, 2),
        "confirmed": confirmed,
        "dismissed": len(history.labels) - confirmed,
        "share_of_signals_judged": round(share, 4),
        "words_on_joins": len(history.words),
        "answers": len(answers),
        "rates_changed": confirmed >= LEAST_LABELS,
    }


def _looks(comparison: Comparison, source_of: Mapping[str, str]) -> dict[str, Any]:
    plain = asdict(comparison)
    for name, joins in (("gained", comparison.gained), ("lost", comparison.lost)):
        plain[f"{name}_count"] = len(joins)
        plain[f"{name}_by_source"] = by_source(joins, source_of)
        plain[name] = [asdict(one) for one in joins[:LISTED]]
    return plain


class _Counter:
    def __init__(self, tell: Tell, total: int) -> None:
        self._tell, self._total = tell, total

    def of(self, doing: str) -> Callable[[], None]:
        """A counter of its own for one pass over the recording."""
        done = 0

        def one() -> None:
            nonlocal done
            done += 1
            if done % 200 == 0 or done == self._total:
                self._tell(doing, done, self._total)

        return one
