"""All seats of the room at once: one loop that sends every seat what it lacks, and never waits for any of them."""

import asyncio
import logging
from collections.abc import Callable, Set
from datetime import datetime

from prometheus_client import Counter, Gauge, Histogram

from command_center.board import Board
from command_center.board_messages import (
    ActionResultMessage,
    CamerasMessage,
    Pong,
    PresenceMessage,
    Reload,
    SourcesMessage,
    SuppressionsMessage,
)
from command_center.mailbox import Mailbox
from command_center.permissions import Right, rights_of, view_of
from command_center.push import Wire, close_frame, text_frame
from command_center.suppression_desk import SuppressionDesk
from command_center.views import CameraViews, SourceViews
from contracts.contract import Contract

log = logging.getLogger(__name__)

SEATS = Gauge("hub_board_seats", "Websocket clients of the board")
MESSAGES = Counter("hub_board_messages_total", "Messages handed to sockets of seats")
RELOADS = Counter("hub_board_reloads_total", "Seats that were told to reload")
CUT = Counter("hub_board_cut_total", "Seats whose socket took no byte for too long")
ROUND_SECONDS = Histogram("hub_board_round_seconds", "One round through all seats")

TICK_S = 0.04
"""a seat that still lacks something is looked at again after so long"""
SOONEST_S, LATEST_S = 0.005, 0.1
"""the least and the most rest after a round: what happens meanwhile goes out together"""
REST_PER_MESSAGE_S = 0.000_15
"""handing one to a socket costs a tenth of it: a few seats are told at once, hundreds of them together"""
PULSE_S = 5.0
"""a `pong` to everyone, so that a dead feed is noticed"""
PRESENCE_S = 0.5
"""who looks at what is told at most so often"""
BACKLOG_LIMIT = 256 * 1024
"""bytes in a socket's buffer beyond which a seat is sent nothing more until it has taken them"""
SESSION_OVER = 4401
"""close code: sign in again"""
SNAPSHOTS_PER_ROUND = 8
"""whole walls handed out per round: after a restart hundreds of seats come back in the same second"""


class Seat:
    """One websocket client."""

    __slots__ = ("display_name", "login", "looks_at", "mailbox", "rights", "session", "wire")

    def __init__(self, wire: Wire, *, login: str, display_name: str, role: str, session: str = "") -> None:
        self.wire, self.login, self.display_name, self.session = wire, login, display_name, session
        self.rights = rights_of(role)
        self.mailbox = Mailbox(view_of(role))
        self.looks_at: str | None = None

    def close(self, code: int, reason: str) -> None:
        """Say goodbye; the reader ends when the client answers."""
        self.wire.write(close_frame(code, reason))


class Room:
    """The seats and the loop. Everything here runs on the event loop; `monotonic` is in seconds."""

    def __init__(
        self,
        board: Board,
        cameras: CameraViews,
        sources: SourceViews,
        suppressions: SuppressionDesk,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._board, self._cameras, self._sources, self._suppressions = board, cameras, sources, suppressions
        self._clock, self._monotonic = clock, monotonic
        self.seats: set[Seat] = set()
        self._wake = asyncio.Event()
        self._actions: dict[str, str] = {}
        self._frames: dict[object, bytes] = {}
        self._snapshots_left = SNAPSHOTS_PER_ROUND
        self._presence_due = False
        self._presence_at = self._pulse_at = monotonic()

    # ── what the websocket's reader calls

    def enter(self, seat: Seat) -> None:
        """A client has been let in."""
        self.seats.add(seat)
        SEATS.set(len(self.seats))

    def leave(self, seat: Seat) -> None:
        """It is gone."""
        self.seats.discard(seat)
        SEATS.set(len(self.seats))
        self.looks(seat, None)

    def hello(self, seat: Seat, since: int | None) -> None:
        """It wants a snapshot, or all since a number; and the state of everything else."""
        box = seat.mailbox
        box.hello(since)
        box.sources = box.suppressions = box.presence = True
        box.cameras.update(camera.camera_id for camera in self._cameras.registered())
        self._wake.set()

    def looks(self, seat: Seat, incident_id: str | None) -> None:
        """Which incident it has open."""
        if seat.looks_at != incident_id:
            seat.looks_at, self._presence_due = incident_id, True
            self._wake.set()

    def pong(self, seat: Seat, n: int) -> None:
        """Answer a ping at once."""
        seat.wire.write(_frame(Pong(n=n, seq=self._board.seq, server_time=self._clock())))

    # ── what the rest of the console calls

    def board_changed(self) -> None:
        """The board has new numbers."""
        self._wake.set()

    def acted(self, action_id: str, login: str) -> None:
        """Fusion's answer to this action goes to the seats of this person only."""
        self._actions[action_id] = login
        if len(self._actions) > 10_000:
            del self._actions[next(iter(self._actions))]

    def answer(self, result: ActionResultMessage) -> None:
        """Fusion's answer, to every seat of the person who acted."""
        login = self._actions.pop(result.action_id, None)
        message = result.model_dump_json().encode()
        for seat in self.seats if login else ():
            if seat.login == login:
                seat.mailbox.answer(result.action_id, message)
        self._wake.set()

    def views_changed(self) -> None:
        """Cameras, sources or suppressions may have news; called at most once a second."""
        cameras = {row.camera_id for row in self._cameras.changed()} | self._cameras.gone()
        sources, suppressions = self._sources.changed(), self._suppressions.changed()
        for seat in self.seats if cameras or sources or suppressions else ():
            seat.mailbox.cameras |= cameras
            seat.mailbox.sources |= sources
            seat.mailbox.suppressions |= suppressions
        self._wake.set()

    def end_sessions(self, sessions: Set[str]) -> None:
        """Signed out, disabled or over: these seats are closed."""
        for seat in self.seats if sessions else ():
            if seat.session in sessions:
                seat.close(SESSION_OVER, "the session is over")

    async def run(self) -> None:
        """Until cancelled. The first change after a quiet time goes out at once, later ones together."""
        while True:
            await self._wait()
            self._wake.clear()
            began_s = self._monotonic()
            written = self.round()
            ROUND_SECONDS.observe(self._monotonic() - began_s)
            await asyncio.sleep(rest_s(written))

    def round(self) -> int:
        """Send every seat what it lacks and its socket will take; how many messages."""
        now_s = self._monotonic()
        self._frames.clear()
        self._snapshots_left = SNAPSHOTS_PER_ROUND
        if self._presence_due and now_s - self._presence_at >= PRESENCE_S:
            self._presence_due, self._presence_at = False, now_s
            for seat in self.seats:
                seat.mailbox.presence = True
        pulse = b""
        if now_s - self._pulse_at >= PULSE_S:
            self._pulse_at = now_s
            pulse = _frame(Pong(n=0, seq=self._board.seq, server_time=self._clock()))
        if written := sum(self._serve(seat, now_s, pulse) for seat in tuple(self.seats)):
            MESSAGES.inc(written)
        return written

    async def _wait(self) -> None:
        waits = any(seat.mailbox.state(self._board) in ("behind", "wants_snapshot", "lost") for seat in self.seats)
        try:
            async with asyncio.timeout(TICK_S if waits or self._presence_due else PULSE_S / 5):
                await self._wake.wait()
        except TimeoutError:
            return

    def _serve(self, seat: Seat, now_s: float, pulse: bytes) -> int:
        """How many messages its socket was handed. With hundreds of seats every call in here counts."""
        backlog = seat.wire.backlog()
        if backlog < 0:
            return 0
        stuck = seat.mailbox.stuck(backlog, BACKLOG_LIMIT, now_s)
        if stuck == "cut":
            CUT.inc()
            log.warning("a seat of %s took no byte for too long and was cut", seat.login)
            seat.wire.drop()
        elif stuck == "no":
            wall = self._wall(seat)
            if not pulse and not seat.mailbox.has_notes():
                if wall:
                    seat.wire.write(wall)
                return 1 if wall else 0
            frames = [frame for frame in (wall, *self._notes(seat), pulse) if frame]
            if frames:
                seat.wire.write(b"".join(frames))
            return len(frames)
        return 0

    def _wall(self, seat: Seat) -> bytes:
        box, board = seat.mailbox, self._board
        state = box.state(board)
        if state == "behind" and box.cursor is not None:
            since, box.cursor = box.cursor, board.seq
            if (made := self._frames.get((box.view, since))) is not None:
                return made
            return self._shared((box.view, since), lambda: board.changes(box.view, since, self._clock()) or b"")
        if state == "wants_snapshot" and board.loaded and self._snapshots_left > 0:
            self._snapshots_left -= 1
            box.wants_snapshot, box.cursor = False, board.seq
            return self._shared((box.view, None), lambda: board.snapshot(box.view, self._clock()))
        if state == "lost" and board.loaded:
            box.cursor = None
            RELOADS.inc()
            return _frame(Reload(why="too far behind"))
        return b""

    def _notes(self, seat: Seat) -> list[bytes]:
        """What it lacks besides changes; a seat that has not been given a wall yet is told later."""
        box, found = seat.mailbox, []
        while box.answers:
            found.append(text_frame(box.answers.popitem(last=False)[1]))
        if box.cursor is None:
            return found
        if box.cameras:
            wanted, box.cameras = frozenset(box.cameras), set()
            if Right.CAMERAS in seat.rights:
                found.append(self._shared(wanted, lambda: self._camera_rows(wanted)))
        if box.sources and Right.SOURCES in seat.rights:
            found.append(self._shared("sources", self._source_rows))
        if box.suppressions and Right.INCIDENTS in seat.rights:
            found.append(self._shared("suppressions", self._suppression_rows))
        if box.presence and Right.INCIDENTS in seat.rights:
            found.append(self._shared("presence", self._presence))
        box.sources = box.suppressions = box.presence = False
        return found

    def _shared(self, key: object, make: Callable[[], bytes]) -> bytes:
        """One frame per round for all seats that lack the same."""
        if key not in self._frames:
            self._frames[key] = text_frame(make())
        return self._frames[key]

    def _camera_rows(self, wanted: frozenset[str]) -> bytes:
        found = tuple(row for one in sorted(wanted) if (row := self._cameras.row(one)) is not None)
        gone = tuple(one for one in sorted(wanted) if self._cameras.row(one) is None)
        return CamerasMessage(cameras=found, gone=gone).model_dump_json().encode()

    def _source_rows(self) -> bytes:
        sources = self._sources
        return (
            SourcesMessage(sources=sources.all(), broker=sources.broker, database=sources.database)
            .model_dump_json()
            .encode()
        )

    def _suppression_rows(self) -> bytes:
        return SuppressionsMessage(suppressions=self._suppressions.views()).model_dump_json().encode()

    def _presence(self) -> bytes:
        looking: dict[str, set[str]] = {}
        for seat in self.seats:
            if seat.looks_at is not None:
                looking.setdefault(seat.looks_at, set()).add(seat.display_name)
        return (
            PresenceMessage(seats={one: tuple(sorted(names)) for one, names in looking.items()})
            .model_dump_json()
            .encode()
        )


def rest_s(written: int) -> float:
    """How long after a round that wrote so many messages the next one may begin, seconds.

    By number and not by the clock: on a busy machine a round of two seats is no reason to rest.
    """
    return min(LATEST_S, max(SOONEST_S, written * REST_PER_MESSAGE_S))


def _frame(message: Contract) -> bytes:
    return text_frame(message.model_dump_json(by_alias=True).encode())
