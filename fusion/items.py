"""Disputes and petitions: kept as work items beside the incidents. A dispute may be suggested, nothing ever joins."""

import math

from fusion.book import Happening, Link
from fusion.compatibility import LINK_WEIGHT, weight
from fusion.heard import Heard
from fusion.model import DAY
from fusion.state import State
from fusion.turn import Turn

MOST_SUGGESTED = 3


def is_item(heard: Heard) -> bool:
    """Whether a signal is a work item."""
    return heard.source in ("dispute", "petition")


def take_item(turn: Turn, heard: Heard, identity: str) -> None:
    """Keep a new item; suggest a dispute to what happens around it."""
    state = turn.state
    heard.due = turn.at + state.book.params.lifecycle.items_s
    state.book.signals[heard.signal_id] = heard
    state.note(heard)
    turn.decided(heard.signal_id, identity, "item", None)
    if heard.source != "dispute":
        return
    for name in state.incidents.near(heard.x, heard.y, state.book.params.item_radius_m):
        incident = state.book.incidents[name]
        if incident.live and suggest(state, incident, turn.at):
            turn.touch(incident)


def suggest(state: State, incident: Happening, at: float) -> bool:
    """Suggest the nearest fitting disputes, at most three, and never take a suggestion back; whether any is new."""
    if not incident.seats:
        return False
    x, y = state.place(incident)
    params = state.book.params
    known = {link.signal_id for link in incident.links}
    found: list[tuple[float, str]] = []
    for name in state.items.near(x, y, params.item_radius_m):
        item = state.book.signals[name]
        distance = math.hypot(item.x - x, item.y - y)
        if item.source == "dispute" and name not in known and _fits(state, incident, item, at):
            found.append((distance, name))
    room = MOST_SUGGESTED - len(incident.links)
    new = sorted(found)[: max(0, room)]
    for distance, name in new:
        incident.links.append(Link(name, _reason(state.book.signals[name], distance)))
    return bool(new)


def _fits(state: State, incident: Happening, item: Heard, at: float) -> bool:
    if state.is_exercise(incident) != item.exercise:
        return False
    if abs(item.at - incident.tally.first) > state.book.params.lifecycle.items_s or at - item.at > 90 * DAY:
        return False
    return any(weight(item.kind, kind.rstrip("?")) >= LINK_WEIGHT for kind in incident.tally.kinds)


def _reason(item: Heard, distance: float) -> str:
    return f"相距 {distance:.0f} 米 · {item.title or '矛盾纠纷'} · {distance:.0f} m away"
