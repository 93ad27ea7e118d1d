"""What the console knows of cameras and sources from the compacted topics, as the newest word of each."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from command_center.messages import CameraRow
from contracts.cameras import Camera, CameraHealth, CameraStatus, Defect, PictureDefect
from contracts.status import SourceStatus

SILENT_AFTER = timedelta(seconds=20)
"""four missed words of a vision worker: whatever it said last, there is no picture now"""
BLINDING = frozenset({Defect.BLACK, Defect.FROZEN, Defect.NO_STREAM, Defect.OCCLUDED, Defect.MOSAIC})


class CameraViews:
    """Registry and health of every camera."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._cameras: dict[str, Camera] = {}
        self._status: dict[str, CameraStatus] = {}
        self._sent: dict[str, CameraRow] = {}

    def register(self, cameras: Iterable[Camera]) -> None:
        """The registry as it now is."""
        self._cameras = {one.camera_id: one for one in cameras}

    def hear(self, status: CameraStatus) -> None:
        """The newest word of a camera's worker; an older one, or a former worker's, changes nothing."""
        known = self._status.get(status.camera_id)
        if known is None or (status.epoch, status.at) >= (known.epoch, known.at):
            self._status[status.camera_id] = status

    def camera(self, camera_id: str) -> Camera | None:
        """One camera as the registry has it."""
        return self._cameras.get(camera_id)

    def live_at(self, camera_id: str) -> str:
        """host:port at which the camera's worker serves live pictures; empty while no worker does."""
        status = self._status.get(camera_id)
        return "" if status is None or self._clock() - status.at > SILENT_AFTER else status.live_at

    def registered(self) -> list[Camera]:
        """By id."""
        return [self._cameras[one] for one in sorted(self._cameras)]

    def online(self) -> frozenset[str]:
        """Cameras that have a picture now."""
        return frozenset(one for one in self._cameras if self._health(one)[0] is CameraHealth.ONLINE)

    def seeing(self) -> frozenset[str]:
        """Those of them in whose picture something can be seen."""
        return frozenset(one for one in self.online() if self.blindness(one) is None)

    def blindness(self, camera_id: str) -> PictureDefect | None:
        """What makes a picture that comes worthless for a look."""
        status = self._status.get(camera_id)
        return next((one for one in status.defects if one.defect in BLINDING), None) if status else None

    def row(self, camera_id: str) -> CameraRow | None:
        """One camera, or None when it is not in the registry."""
        camera = self._cameras.get(camera_id)
        return None if camera is None else self._row(camera)

    def rows(self) -> list[CameraRow]:
        """All cameras, the worst first: dead ones by how long, then the rest by name."""
        return sorted((self._row(one) for one in self._cameras.values()), key=_worst_first)

    def changed(self) -> list[CameraRow]:
        """Cameras whose state differs from what was last taken from here; counters alone do not count."""
        found = []
        for row in self.rows():
            if _without_counters(row) != _without_counters(self._sent.get(row.camera_id)):
                self._sent[row.camera_id] = row
                found.append(row)
        return found

    def gone(self) -> set[str]:
        """Cameras that left the registry since this was last asked."""
        found = self._sent.keys() - self._cameras.keys()
        for camera_id in found:
            del self._sent[camera_id]
        return found

    def _health(self, camera_id: str) -> tuple[CameraHealth, str, str]:
        status = self._status.get(camera_id)
        if status is None:
            return CameraHealth.OFFLINE, "没有视频进程接管这个点位", "no vision worker holds this camera"
        if status.health is not CameraHealth.OFFLINE and self._clock() - status.at > SILENT_AFTER:
            return CameraHealth.OFFLINE, "视频进程已无响应", "its vision worker has gone silent"
        return status.health, status.why_zh, status.why_en

    def _row(self, camera: Camera) -> CameraRow:
        status = self._status.get(camera.camera_id)
        health, why_zh, why_en = self._health(camera.camera_id)
        silent = status is not None and status.health is not health
        return CameraRow(
            camera_id=camera.camera_id, name=camera.name, bureau=camera.bureau, lat=camera.place.lat,
            lon=camera.place.lon, bearing_deg=camera.bearing_deg, view_angle_deg=camera.view_angle_deg,
            view_range_m=camera.view_range_m, district=camera.district, grid_code=camera.grid_code,
            landmark_no=camera.landmark_no, health=health,
            since=status.at if status and silent else status.since if status else None,
            fault=status.fault.value if status and status.fault else None, why_zh=why_zh, why_en=why_en,
            mode=status.mode if status else "keyframes", codec=status.codec if status else "",
            width=status.width if status else 0, height=status.height if status else 0,
            fps=status.fps if status else None, gop_s=status.gop_s if status else None,
            counters=status.counters if status else {}, last_picture_at=status.last_frame_at if status else None,
            has_picture=bool(status and status.last_picture), exercise=camera.exercise,
            defects=status.defects if status and health is not CameraHealth.OFFLINE else (),
        )  # fmt: skip


class SourceViews:
    """The feeds' pulses."""

    def __init__(self) -> None:
        self._sources: dict[str, SourceStatus] = {}
        self.broker = True
        self.database = True
        self._sent: object = None

    def hear(self, status: SourceStatus) -> None:
        """The newest word of a feed."""
        known = self._sources.get(status.source)
        if known is None or status.at >= known.at:
            self._sources[status.source] = status

    def all(self) -> tuple[SourceStatus, ...]:
        """By name."""
        return tuple(self._sources[one] for one in sorted(self._sources))

    def changed(self) -> bool:
        """Whether anything differs from when this was last asked."""
        now = (self.all(), self.broker, self.database)
        differs, self._sent = now != self._sent, now
        return differs


_HEALTH_ORDER = (CameraHealth.OFFLINE, CameraHealth.STALE, CameraHealth.STARTING, CameraHealth.ONLINE)


def _worst_first(row: CameraRow) -> tuple[int, float, str]:
    return _HEALTH_ORDER.index(row.health), row.since.timestamp() if row.since else 0.0, row.camera_id


def _without_counters(row: CameraRow | None) -> CameraRow | None:
    return None if row is None else row.model_copy(update={"counters": {}, "last_picture_at": None, "fps": None})
