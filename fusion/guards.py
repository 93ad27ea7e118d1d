"""What an action needs before the first change; each refuses in plain words, in Chinese and in English."""

from contracts.actions import Action
from contracts.errors import Refused
from fusion.book import Happening
from fusion.heard import Heard
from fusion.naming import label_of
from fusion.turn import Turn


def present(incident: Happening | None) -> Happening:
    """The incident, if it is in this district's memory.

    Raises:
        Refused: it is not.
    """
    if incident is None:
        raise Refused(
            "没有这个事件，或已归档，或属于另一片区 · no such incident here: it was archived, or is of another district"
        )
    return incident


def named_incident(turn: Turn, action: Action, argument: str) -> Happening:
    """The incident that an argument names."""
    return present(turn.state.book.incidents.get(text(action, argument)))


def must_be_live(incident: Happening) -> None:
    """Refuses what can no longer be changed."""
    if incident.merged_into is not None:
        label = label_of(incident.merged_into)
        raise Refused(f"该事件已并入 {label} · it was merged into {label}")
    if incident.closed_by:
        raise Refused("该事件已关闭 · it is closed")


def must_be_current(incident: Happening, action: Action) -> None:
    """Refuses when another person changed it since the person looked."""
    if action.expected_revision < incident.judged:
        raise Refused("他人已先一步处理，请核对后重试 · another person changed it since; look again")


def must_be_seen(incident: Happening, action: Action) -> None:
    """Refuses, besides, when signals joined that the person never saw."""
    must_be_current(incident, action)
    unseen = [seat for seat in incident.seats.values() if seat.revision > action.expected_revision]
    if unseen:
        raise Refused(
            f"此后又有 {len(unseen)} 条信号并入，请核对后重试 · {len(unseen)} signals joined since; look again"
        )


def are_of_one_side(turn: Turn, incident: Happening, *others: Heard) -> bool:
    """Whether all of it is of a drill, or all of it real."""
    signals = turn.state.book.signals
    return len({signals[name].exercise for name in incident.seats} | {heard.exercise for heard in others}) < 2


def must_be_of_one_side(turn: Turn, incident: Happening, *others: Heard) -> None:
    """Refuses to put a drill and the real together, whoever asks."""
    if not are_of_one_side(turn, incident, *others):
        raise Refused("演练与实战不能合在一起 · a drill and the real are never put together")


def member(turn: Turn, incident: Happening, action: Action, name: str) -> Heard:
    """The signal, if it still sits in the incident as the person saw it."""
    seat = incident.seats.get(name)
    if seat is None:
        raise Refused("该信号已不在此事件中 · the signal is no longer in this incident")
    if seat.revision > action.expected_revision:
        raise Refused("该信号的归属已变，请核对后重试 · its membership changed since; look again")
    return turn.state.book.signals[name]


def text(action: Action, argument: str) -> str:
    """An argument that must be there."""
    value = action.arguments.get(argument)
    if not isinstance(value, str) or not value:
        raise Refused(f"缺少参数 {argument} · the argument {argument} is missing")
    return value
