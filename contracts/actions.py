"""What an operator does to what the hub believes. Handling (acknowledge, claim, dispatch) never goes through fusion."""

from typing import Literal

from pydantic import AwareDatetime, Field

from contracts.contract import Contract

ActionName = Literal[
    "confirm", "dismiss", "close", "merge", "split", "move", "link", "never_merge", "accept", "refuse", "relocate",
    "undo", "set_severity", "cede", "adopt",
]  # fmt: skip


class Actor(Contract):
    """Who did it, for the audit. A member of staff, never a resident."""

    user: str
    unit: str
    role: str


class Action(Contract):
    """A correction or decision by a person, on its way to fusion through Kafka.

    `arguments` by action: confirm {kind?, real?} · dismiss {} (reason required) · close {} ·
    merge {other: incident_id} · split {signal_ids: […]} · move {signal_id, to: incident_id} ·
    link {signal_id} · never_merge {other: incident_id} · accept {signal_id} · refuse {signal_id} ·
    relocate {lat, lon} · undo {action_id} · set_severity {severity}. Between districts, which a browser cannot ask for
    by these names: cede {to: incident_id, to_district} · adopt {from, from_district, redirects,
    never_with, p, signals}.
    """

    action_id: str
    incident_id: str
    district: str
    expected_revision: int
    action: ActionName
    by: Actor
    at: AwareDatetime
    reason: str = ""
    arguments: dict[str, str | int | float | bool | list[str]] = Field(default_factory=dict)


class ActionResult(Contract):
    """What fusion made of an action (topic `action-results`)."""

    action_id: str
    incident_id: str
    district: str
    accepted: bool
    why: str = ""
    """in plain words when refused"""
    revision: int
    """of the incident after the action, or now when refused"""
    created: tuple[str, ...] = ()
    """incidents that the action made (split, refuse)"""
    at: AwareDatetime
