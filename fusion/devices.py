"""A dead camera is an incident of its own and qualifies what happens beside it; it never joins other kinds."""

import math

from fusion.book import Fault, Happening
from fusion.heard import Heard
from fusion.state import State
from fusion.turn import Turn

DEVICE = "device"
OFFLINE = "camera_offline"
"""the other faults are of a camera whose picture comes, but covered, blurred, dark"""


def incident_of_camera(state: State, heard: Heard) -> Happening | None:
    """The live incident of this very camera's faults."""
    for name in state.incidents.near(heard.x, heard.y, state.book.params.kinds[DEVICE].radius_m):
        incident = state.book.incidents[name]
        if incident.live and _is_of_camera(state, incident, heard):
            return incident
    return None


def touch_neighbours(turn: Turn, heard: Heard) -> int:
    """Annotate what happens near a camera whose fault began or ended; how many incidents changed."""
    state = turn.state
    before = len(turn.touched)
    for name in state.incidents.near(heard.x, heard.y, state.book.params.fault_radius_m):
        incident = state.book.incidents[name]
        if incident.live:
            annotate(turn, incident)
    return len(turn.touched) - before


def annotate(turn: Turn, incident: Happening) -> None:
    """Bring the annotation up to date: how many cameras are down around this incident."""
    state = turn.state
    if not incident.seats or DEVICE in incident.tally.kinds:
        return
    newest, cameras, poor = _faults_near(state, incident)
    old = incident.fault
    if (old.signal_id, old.cameras, old.poor) == (newest, cameras, poor) if old is not None else cameras == 0:
        return
    incident.fault = Fault(newest, cameras, turn.at, poor) if cameras else None
    turn.touch(incident)


def _faults_near(state: State, incident: Happening) -> tuple[str, int, int]:
    """The newest fault, how many cameras have one, and how many of those give a picture all the same."""
    x, y = state.place(incident)
    drill = state.is_exercise(incident)
    newest, cameras, offline = "", set[str](), set[str]()
    for signal_id in state.faults:
        fault = state.book.signals[signal_id]
        near = math.hypot(fault.x - x, fault.y - y) <= state.book.params.fault_radius_m
        if near and fault.exercise is drill:
            newest = max(newest, signal_id)
            cameras.add(fault.camera)
            if fault.event_type == OFFLINE:
                offline.add(fault.camera)
    return newest, len(cameras), len(cameras - offline)


def _is_of_camera(state: State, incident: Happening, heard: Heard) -> bool:
    return DEVICE in incident.tally.kinds and any(
        member.camera == heard.camera and member.exercise is heard.exercise for member, _ in state.members(incident)
    )
