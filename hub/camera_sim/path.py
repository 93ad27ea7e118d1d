"""One simulated camera's stream: a clip that plays for ever, its watchers, and what is wrong with it."""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from hub.camera_sim.auth import Account
from hub.camera_sim.clip import Clip
from hub.camera_sim.faults import (
    ENDS_CONNECTIONS,
    SENDS_NOTHING,
    TRICKLE_BYTES,
    TRICKLE_LIMIT_BYTES,
    WRONG_CLOCK_S,
    Fault,
    damaged,
)
from hub.camera_sim.rtp import CLOCK_HZ, sender_report

REPORT_EVERY_S = 5.0
LATE_S = 1.0


class Watcher(Protocol):
    """A connection that plays the stream."""

    def send(self, data: bytes | bytearray, *, is_keyframe: bool) -> None:
        """Send the packets of one picture, or skip to the next keyframe when the other side is too slow."""
        ...

    def cut(self) -> None:
        """End the connection without a word."""
        ...


class CameraPath:
    """A path of the server, e.g. `99019901081320000001/sub`. Nothing is computed while nobody watches."""

    def __init__(
        self,
        name: str,
        clip: Clip,
        *,
        camera: str = "",
        account: Account | None = None,
        start_s: float = 0.0,
        rng: random.Random | None = None,
    ) -> None:
        self.name, self.clip, self.account = name, clip, account
        self.camera = camera or name.partition("/")[0]
        """what people call the camera this is a stream of; faults are switched by it"""
        self.fault = Fault.NONE
        self._rng = rng or random.Random()
        self._start_s = start_s
        self._ssrc, self._seq = self._rng.getrandbits(32), self._rng.getrandbits(16)
        self._base = self._rng.getrandbits(32)
        self._packets = self._octets = 0
        self._watchers: set[Watcher] = set()
        self._watched = asyncio.Event()
        self._trickling = bytearray()

    @property
    def watchers(self) -> int:
        """How many connections play this stream."""
        return len(self._watchers)

    def join(self, watcher: Watcher) -> None:
        """From now on `watcher` gets every picture."""
        self._watchers.add(watcher)
        self._watched.set()

    def leave(self, watcher: Watcher) -> None:
        """Its connection is gone."""
        self._watchers.discard(watcher)

    def switch(self, clip: Clip) -> None:
        """Show another clip without telling the watchers, as a camera does whose settings are changed."""
        self.clip = clip

    def sdp(self) -> str:
        """What DESCRIBE answers with."""
        if self.fault is Fault.AUDIO_ONLY:
            return self.clip.sdp_of_sound(self.name)
        return self.clip.sdp(self.name, lying=self.fault is Fault.LYING)

    def set_fault(self, fault: Fault) -> None:
        """Switch one fault on, and any other off."""
        self.fault = Fault.NONE if fault is Fault.DROP else fault
        self._trickling.clear()
        if fault in ENDS_CONNECTIONS:
            for watcher in tuple(self._watchers):
                watcher.cut()

    async def play(self, clock: Callable[[], datetime]) -> None:
        """Send pictures at the speed of life until cancelled; `clock` goes into the sender reports."""
        loop = asyncio.get_running_loop()
        began_s = loop.time() - self._start_s
        report_s = 0.0
        while True:
            if not self._watchers:
                self._watched.clear()
                await self._watched.wait()
            clip = self.clip
            number = int((loop.time() - began_s) / clip.picture_s) + 1
            while self._watchers and self.clip is clip:
                await asyncio.sleep(began_s + number * clip.picture_s - loop.time())
                if self.fault not in SENDS_NOTHING:
                    report_s = self._send(number, report_s, loop.time(), clock)
                late_s = loop.time() - began_s - number * clip.picture_s
                number += 1 + (int(late_s / clip.picture_s) if late_s > LATE_S else 0)

    def _send(self, number: int, report_s: float, now_s: float, clock: Callable[[], datetime]) -> float:
        """Send picture `number`; returns when the next sender report is due."""
        clip = self.clip
        loops, index = divmod(number, len(clip.units))
        unit = clip.units[index]
        stands = self.fault is Fault.NO_TIMESTAMPS
        timestamp = (self._base + (0 if stands else loops * clip.ticks + unit.timestamp)) % 2**32
        data = unit.packets.patched(self._seq, timestamp, self._ssrc)
        count = len(unit.packets.starts)
        self._seq = (self._seq + count) & 0xFFFF
        self._packets += count
        self._octets += len(data) - 16 * count
        if self.fault is Fault.CORRUPT:
            data = damaged(data, unit.packets, self._rng)
        if now_s >= report_s:
            report_s = now_s + REPORT_EVERY_S
            told_s = clock().timestamp() - (WRONG_CLOCK_S if self.fault is Fault.WRONG_CLOCK else 0.0)
            data[:0] = sender_report(self._ssrc, told_s, timestamp, self._packets, self._octets)
        if self.fault is Fault.SLOW:
            data = self._trickle(data)
        for watcher in tuple(self._watchers):
            watcher.send(data, is_keyframe=unit.is_keyframe)
        return report_s

    def _trickle(self, data: bytearray) -> bytearray:
        if len(self._trickling) < TRICKLE_LIMIT_BYTES:
            self._trickling += data
        passed = self._trickling[:TRICKLE_BYTES]
        del self._trickling[:TRICKLE_BYTES]
        return passed


def offset_of(number: int, clip: Clip) -> float:
    """Where camera `number` starts in the clip, seconds: no two show the same second, spread by the golden ratio."""
    return (number * 0.618034 % 1.0) * clip.ticks / CLOCK_HZ
