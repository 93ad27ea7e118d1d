"""`hub camera-sim`: recorded files served as many RTSP cameras, with passwords and faults that can be switched."""

from hub.camera_sim.auth import Account
from hub.camera_sim.clip import Clip
from hub.camera_sim.faults import Fault
from hub.camera_sim.path import CameraPath
from hub.camera_sim.server import CameraSim

__all__ = ["Account", "CameraPath", "CameraSim", "Clip", "Fault"]
