"""To whom a correction goes that names another incident: a district's border may lie between the two."""

from command_center.messages import ActionRequest
from contracts.actions import Action
from contracts.errors import Refused
from contracts.incidents import Incident

CROSSING = frozenset({"merge", "never_merge"})
"""actions that may name an incident of another district"""


def addressed(incident: Incident, other: Incident | None, action: Action) -> Action:
    """The action as fusion understands it. Within one district it stays as it is; across a border a merge becomes the
    other district's `cede`, and never-merge says where the other one lives.

    Raises:
        Refused: a person said from over there that the two are not the same, or one of them is a drill.
    """
    if other is None or other.district == incident.district:
        return action
    if action.action == "never_merge":
        arguments = action.arguments | {"other_district": other.district}
        return action.model_copy(update={"arguments": arguments})
    if other.exercise != incident.exercise:
        raise Refused("a drill and what is real are never one")
    if incident.incident_id in other.never_with:
        raise Refused("a person said that these are not the same; undo that first")
    arguments = {"to": incident.incident_id, "to_district": incident.district}
    return action.model_copy(
        update={
            "action": "cede",
            "incident_id": other.incident_id,
            "district": other.district,
            "expected_revision": other.revision,
            "arguments": arguments,
        }
    )


def named_other(request: ActionRequest) -> str | None:
    """The id of the other incident, when the action may cross a border."""
    return str(request.arguments["other"]) if request.action in CROSSING else None
