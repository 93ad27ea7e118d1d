"""Everything the hub raises on purpose.

HubError
├── ConfigurationError      a file or setting a person must mend; carries where and how     → exit code 2
├── AssetMissing            a model, footage or build that is not there; says what to put where → exit code 3
├── Outage                  something outside is down; exactly one reconnect loop catches it
│   ├── BrokerUnavailable
│   ├── DatabaseUnavailable
│   └── CameraUnavailable   carries a `CameraFault` so that an integrator is told in plain words
├── Unreadable              bytes that are not what they claim to be; becomes a `Rejected`
└── Refused                 a person asked for something that is not allowed or no longer true

A bug is none of these and is never caught.
"""

from enum import StrEnum


class HubError(Exception):
    """The root: catch it only at the top of a command."""

    exit_code = 1


class ConfigurationError(HubError):
    """A person must mend a file or a setting.

    The message says what is wrong, `where` names the file, line or variable, `hint` says how to mend it.
    """

    exit_code = 2

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message, self.where, self.hint = message, where, hint

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.message}" if self.where else self.message]
        if self.hint:
            parts.append(f"  → {self.hint}")
        return "\n".join(parts)


class AssetMissing(ConfigurationError):
    """A file the hub needs is not on this machine and could not be fetched."""

    exit_code = 3


class Outage(HubError):
    """Something outside the hub does not answer. Waited out with backoff, and shown."""

    exit_code = 4


class BrokerUnavailable(Outage):
    """No Kafka broker answers."""


class DatabaseUnavailable(Outage):
    """PostgreSQL does not answer."""


class CameraFault(StrEnum):
    """Why a camera gives no picture, each with words of its own on the screen."""

    REFUSED = "refused"
    """the host answers, the port does not (ECONNREFUSED)"""
    UNREACHABLE = "unreachable"
    """no route, unknown host"""
    TIMEOUT = "timeout"
    """the connection opens or stays open, and nothing comes"""
    UNAUTHORIZED = "unauthorized"
    """401: wrong user or password"""
    NOT_FOUND = "not_found"
    """404: the path on the camera is wrong"""
    NO_VIDEO = "no_video"
    """a session without a video stream"""
    NOT_RTSP = "not_rtsp"
    """something answers that is not an RTSP server"""
    CODEC = "codec"
    """the stream's codec cannot be decoded or changed in mid-stream"""
    ENDED = "ended"
    """the camera closed the stream"""
    NO_KEYFRAME = "no_keyframe"
    """packets come, but no keyframe within the limit (smart codec?)"""
    CREDENTIAL_MISSING = "credential_missing"
    """the `${NAME}` of the configuration is not set"""


class CameraUnavailable(Outage):
    """A camera gives no picture. The message never holds a credential."""

    def __init__(self, fault: CameraFault, detail: str = "") -> None:
        super().__init__(f"{fault.value}: {detail}" if detail else fault.value)
        self.fault, self.detail = fault, detail


class Unreadable(HubError):
    """Bytes from the bus or a browser that are not what they claim to be."""

    def __init__(self, reason: str, *, field: str = "", hint: str = "") -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.reason, self.field, self.hint = reason, field, hint


class Refused(HubError):
    """An action that a rule does not allow, or whose ground has gone."""
