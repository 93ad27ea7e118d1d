"""The console's edits of cameras: into streams.yaml where there is one, comments kept; else into the registry."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from command_center.camera_desk import CamerasFileState, EntryRefused
from contracts.cameras import Camera
from contracts.errors import ConfigurationError, Refused
from contracts.rejected import FieldError
from hub import cameras_file, registry
from hub.cameras_file import CamerasFile, off_the_loop
from hub.registry import Registered
from hub.streams import Problem, StreamsError, read
from hub.streams.format import CameraEntry
from hub.streams.located import parse
from hub.streams.probing import BRIEF_LOOK_S, probe
from hub.streams.reading import text_of
from hub.streams.writing import drop_camera, put_camera

OURS = re.compile(r"\$\{HUB_\w+\}")
FIRST = ("id", "name", "bureau", "url", "sub_url")
"""how a person begins the entry of a new camera"""
ELSEWHERE = "This camera stands in a streams.yaml that this console does not have; change it there."


class HubCameraDesk:
    """`command_center.camera_desk.CameraDesk` on one file and one registry."""

    def __init__(self, path: Path, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._file, self._engine, self._clock = CamerasFile(path, engine, clock), engine, clock
        self._writing = asyncio.Lock()

    async def entry(self, camera_id: str) -> Mapping[str, Any] | None:
        """See the port."""
        known = await self._known(camera_id)
        if known is None or known.entry is not None:
            return None if known is None else known.entry
        written = (await self._written()).get("cameras") or ()
        found = next((one for one in written if one.get("id") == camera_id), None)
        if found is None:
            raise Refused(ELSEWHERE)
        plain = CameraEntry.model_validate(found).model_dump(mode="json", exclude_unset=True)
        return {key: plain[key] for key in found}

    async def add(self, entry: Mapping[str, Any]) -> str:
        """See the port."""
        camera = await self._read(entry)
        async with self._writing:
            if await self._known(camera.camera_id) is not None:
                raise Refused(f"There is a camera {camera.camera_id} already.")
            await self._put(camera, entry)
        return camera.camera_id

    async def change(self, camera_id: str, entry: Mapping[str, Any]) -> Sequence[str] | None:
        """See the port."""
        async with self._writing:
            before = await self.entry(camera_id)
            if before is None:
                return None
            if entry.get("id") != camera_id:
                hint = "add a camera with the new id, and remove this one"
                raise EntryRefused([FieldError(field="id", reason=f"is {camera_id} and stays so", hint=hint)])
            await self._put(await self._read(entry), entry)
        return sorted(key for key in before.keys() | entry.keys() if before.get(key) != entry.get(key))

    async def remove(self, camera_id: str) -> bool:
        """See the port."""
        async with self._writing:
            known = await self._known(camera_id)
            if known is None:
                return False
            if known.origin == "console":
                await registry.drop(self._engine, camera_id)
                return True
            if not self._file.path.exists():
                raise Refused(ELSEWHERE)
            with _unwritable():
                await off_the_loop(lambda: drop_camera(self._file.path, camera_id))
                await self._file.apply()
        return True

    async def check(self, entry: Mapping[str, Any]) -> Mapping[str, Any]:
        """See the port."""
        camera = await self._read(entry)
        [seen] = await probe([camera], clock=self._clock, look_s=BRIEF_LOOK_S, together=True)
        return seen.as_json()

    async def file(self) -> CamerasFileState | None:
        """See the port."""
        found = await cameras_file.state(self._engine)
        if found is None:
            return None
        problems = tuple(
            FieldError(field=f"{one.line}: {one.key}".rstrip(": "), reason=one.message, hint=one.hint)
            for one in found.problems
        )
        return CamerasFileState(source=found.source, read_at=found.read_at, cameras=found.cameras, problems=problems)

    async def _known(self, camera_id: str) -> Registered | None:
        return next((one for one in await registry.registered(self._engine) if one.camera.camera_id == camera_id), None)

    async def _written(self) -> dict[str, Any]:
        """The file as plain data; empty when there is none."""
        path = self._file.path
        if not path.exists():
            return {}
        with _unwritable():
            located = await off_the_loop(lambda: parse(text_of(path)))
        if not isinstance(located.data, dict):
            raise Refused(f"{path} has problems of its own; mend them first: hub streams check --form-only")
        return located.data

    async def _read(self, entry: Mapping[str, Any]) -> Camera:
        """The camera that the entry means, with what the file says for all.

        Raises:
            EntryRefused: what is wrong with it.
        """
        shared = {key: value for key, value in (await self._written()).items() if key != "cameras"}
        if not shared:
            district = entry.get("district")
            shared = {"districts": {district: {"name": district}} if isinstance(district, str) else {}}
        alone = json.dumps({**shared, "cameras": [dict(entry)]}, ensure_ascii=False, default=str)
        try:
            [camera] = read(alone, "entry").cameras
        except StreamsError as bad:
            raise EntryRefused([_field_error(one) for one in bad.problems]) from None
        for key in ("url", "sub_url"):
            if OURS.search(getattr(camera, key) or ""):
                hint = "name a variable of the camera's own: ${CAMERA_PASSWORD}"
                raise EntryRefused([FieldError(field=key, reason="HUB_ names the hub's own settings", hint=hint)])
        return camera

    async def _put(self, camera: Camera, entry: Mapping[str, Any]) -> None:
        if not self._file.path.exists():
            await registry.put(self._engine, camera, entry, self._clock())
            return
        ordered = {key: entry[key] for key in (*FIRST, *entry) if key in entry}
        with _unwritable():
            await off_the_loop(lambda: put_camera(self._file.path, ordered))
            await self._file.apply()


@contextmanager
def _unwritable() -> Iterator[None]:
    """A file that cannot be read or written now: what the entry itself lacks was said before."""
    try:
        yield
    except StreamsError as bad:
        raise Refused(f"{bad.where} has problems of its own; mend them first: {bad.problems[0]}") from None
    except ConfigurationError as bad:
        raise Refused(str(bad)) from None


def _field_error(problem: Problem) -> FieldError:
    return FieldError(field=problem.field, reason=problem.message, hint=problem.hint)
