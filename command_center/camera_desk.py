"""The port to whoever keeps the cameras: entries as in streams.yaml, added, changed, removed and tried out."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from pydantic import AwareDatetime

from contracts.contract import Contract
from contracts.errors import HubError
from contracts.rejected import FieldError


class EntryRefused(HubError):
    """An entry that cannot be a camera; `errors` name its members and say how to mend them."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(f"{len(errors)} members to mend")
        self.errors = tuple(errors)


class CamerasFileState(Contract):
    """What became of streams.yaml: while it has problems, the cameras run on as it was before."""

    source: str
    read_at: AwareDatetime
    cameras: int
    """how many it named when it was last right"""
    problems: tuple[FieldError, ...] = ()
    """`field` begins with the line"""


class CameraDesk(Protocol):
    """What the console asks for. An entry is a mapping spelled exactly as a camera in streams.yaml."""

    async def entry(self, camera_id: str) -> Mapping[str, Any] | None:
        """For editing, `${NAME}` references and all; None when there is no such camera.

        Raises:
            Refused: it stands in a file that this process does not have.
        """
        ...

    async def add(self, entry: Mapping[str, Any]) -> str:
        """The id of the new camera.

        Raises:
            EntryRefused: what is wrong with it.
            Refused: there is such a camera, or it cannot be written now.
        """
        ...

    async def change(self, camera_id: str, entry: Mapping[str, Any]) -> Sequence[str] | None:
        """The members that changed; None when there is no such camera.

        Raises:
            EntryRefused: what is wrong with it.
            Refused: it cannot be written, now or here.
        """
        ...

    async def remove(self, camera_id: str) -> bool:
        """Whether there was such a camera.

        Raises:
            Refused: it cannot be written, now or here.
        """
        ...

    async def check(self, entry: Mapping[str, Any]) -> Mapping[str, Any]:
        """Connect as the hub would and say what was seen, as `hub streams check --json`; takes seconds.

        Raises:
            EntryRefused: what is wrong with it.
        """
        ...

    async def file(self) -> CamerasFileState | None:
        """What became of the file; None for a hub without one."""
        ...
