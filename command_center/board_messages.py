"""What goes over /ws/board, both ways. Texts of JSON, discriminated by `type`."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from command_center.messages import CameraRow, Row
from command_center.suppression_desk import SuppressionView
from contracts.contract import Contract, StrictContract
from contracts.status import SourceStatus

# ── /ws/board, client to server


class Hello(StrictContract):
    """First message of a client. `since` None: send a snapshot."""

    type: Literal["hello"] = "hello"
    since: int | None = None


class Presence(StrictContract):
    """Which incident this seat looks at; None: none."""

    type: Literal["presence"] = "presence"
    incident_id: str | None = None


class Ping(StrictContract):
    """The client measures the round trip; answered by `pong` with the same `n`."""

    type: Literal["ping"] = "ping"
    n: int = 0


ClientMessage = Annotated[Hello | Presence | Ping, Field(discriminator="type")]
CLIENT_MESSAGE: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)

# ── /ws/board, server to client


class Snapshot(Contract):
    """Everything live at `seq`."""

    type: Literal["snapshot"] = "snapshot"
    seq: int
    server_time: AwareDatetime
    incidents: tuple[Row, ...]


class Changes(Contract):
    """All incidents that changed in the numbers `from`..`to`, each once, at its newest. Gapless: a client that
    holds N and is sent `from` > N + 1 asks again with hello(since=N)."""

    type: Literal["changes"] = "changes"
    from_: int = Field(serialization_alias="from", validation_alias="from")
    to: int
    server_time: AwareDatetime
    incidents: tuple[Row, ...]
    gone: tuple[str, ...] = ()
    """incidents that this seat may not see any more (they became confidential): take them off the wall"""


class CamerasMessage(Contract):
    """Cameras whose state changed; all of them after hello."""

    type: Literal["cameras"] = "cameras"
    cameras: tuple[CameraRow, ...]
    gone: tuple[str, ...] = ()
    """ids that are in the registry no more"""


class SourcesMessage(Contract):
    """The feeds' pulses."""

    type: Literal["source_status"] = "source_status"
    sources: tuple[SourceStatus, ...]
    broker: bool = True
    database: bool = True


class SuppressionsMessage(Contract):
    """All suppressions that have not ended, with their counters; after hello, and whenever anything of them changes."""

    type: Literal["suppressions"] = "suppressions"
    suppressions: tuple[SuppressionView, ...]


class PresenceMessage(Contract):
    """Who looks at which incident: incident_id → seats' display names."""

    type: Literal["presence"] = "presence"
    seats: dict[str, tuple[str, ...]]


class ActionResultMessage(Contract):
    """Fusion's answer to an action of this seat."""

    type: Literal["action_result"] = "action_result"
    action_id: str
    incident_id: str
    accepted: bool
    why: str
    revision: int


class Pong(Contract):
    """Answer to `ping`; also sent unasked every 5 s so that a dead feed is noticed."""

    type: Literal["pong"] = "pong"
    n: int
    seq: int
    server_time: AwareDatetime


class Reload(Contract):
    """The client is too far behind, or the log was pruned: it must ask for a snapshot."""

    type: Literal["reload"] = "reload"
    why: str


_AsideMessage = CamerasMessage | SourcesMessage | SuppressionsMessage | PresenceMessage
ServerMessage = Annotated[
    Snapshot | Changes | _AsideMessage | ActionResultMessage | Pong | Reload,
    Field(discriminator="type"),
]
