"""What can be wrong with a simulated camera."""

import random
from enum import StrEnum

from hub.camera_sim.rtp import Layout


class Fault(StrEnum):
    """One fault at a time; `none` mends the camera."""

    NONE = "none"
    DROP = "drop"
    """connections are cut once, as by a restart; the camera is there again at once"""
    FREEZE = "freeze"
    """connections stay open and nothing more comes"""
    REFUSE = "refuse"
    """503: no free session"""
    WRONG_PASSWORD = "wrong_password"
    """401 whatever the password, as after someone changed it"""
    MISSING = "missing"
    """404: the path is gone"""
    SILENT = "silent"
    """connects and never answers"""
    CORRUPT = "corrupt"
    """one packet in twenty is lost or has flipped bits, as over a bad radio link"""
    SLOW = "slow"
    """the bytes trickle: a link that carries next to nothing"""
    HALF_OPEN = "half_open"
    """it vanished without a word: connections stay, nothing comes, nobody answers new ones"""
    LYING = "lying"
    """it announces H.265 and sends H.264, or the other way round"""
    AUDIO_ONLY = "audio_only"
    """the session offers sound and no picture"""
    NO_TIMESTAMPS = "no_timestamps"
    """the RTP clock stands still"""
    WRONG_CLOCK = "wrong_clock"
    """its sender reports are 47 s behind"""


ENDS_CONNECTIONS = frozenset({
    Fault.DROP, Fault.REFUSE, Fault.WRONG_PASSWORD, Fault.MISSING, Fault.SILENT, Fault.LYING, Fault.AUDIO_ONLY,
})  # fmt: skip
SENDS_NOTHING = frozenset({Fault.FREEZE, Fault.HALF_OPEN})
ANSWERS_NOTHING = frozenset({Fault.SILENT, Fault.HALF_OPEN})

WRONG_CLOCK_S = 47.0
TRICKLE_BYTES = 20
"""what `slow` lets through each time a picture is due"""
TRICKLE_LIMIT_BYTES = 4_000_000

DAMAGED = 0.05
"""share of packets that `corrupt` damages"""
_HEADERS = 20
"""bytes at the head of a packet that are spared: framing, RTP header, NAL and fragment header"""


def damaged(data: bytearray, packets: Layout, rng: random.Random) -> bytearray:
    """The packets of one picture with some lost and some flipped."""
    out = bytearray()
    for start, end in zip(packets.starts, (*packets.starts[1:], len(data)), strict=True):
        packet = data[start:end]
        if rng.random() < DAMAGED:
            if rng.random() < 0.5:
                continue
            for _ in range(8):
                at = rng.randrange(min(_HEADERS, len(packet) - 1), len(packet))
                packet[at] ^= 1 << rng.randrange(8)
        out += packet
    return out
