"""One seat's place in the change log. It holds a number, not messages, so a slow seat costs nothing and is bounded.

What it has yet to be sent is always "everything after `cursor`", each incident once at its newest: that is the
coalescing. When that grows beyond `LIMIT` incidents, or the log no longer reaches back, the seat must reload.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Literal

from command_center.board import Board
from command_center.permissions import View

LIMIT = 5_000
"""incidents that a slow seat may be behind; beyond it a snapshot is the shorter way"""
ANSWERS_LIMIT = 64
"""answers to actions that a slow seat keeps; the oldest go first (the board's rows tell the outcome anyway)"""
STUCK_S = 20.0
"""a socket that takes no byte for so long is cut"""

State = Literal["waiting", "wants_snapshot", "current", "behind", "lost"]


@dataclass(slots=True)
class Mailbox:
    """What one seat has been sent, and what it lacks besides changes. Every part is bounded."""

    view: View
    cursor: int | None = None
    """the number up to which it knows everything; None: it waits to say hello, or for a snapshot"""
    wants_snapshot: bool = False
    cameras: set[str] = field(default_factory=set)
    """cameras whose newest row it lacks: at most all of them"""
    sources: bool = False
    suppressions: bool = False
    presence: bool = False
    answers: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    """fusion's answers to this person's actions, by action id"""
    _backlog: int = 0
    _stuck_since: float | None = None

    def hello(self, since: int | None) -> None:
        """The seat wants all since a number, or a snapshot."""
        self.cursor, self.wants_snapshot = since, since is None

    def state(self, board: Board) -> State:
        """waiting: for its hello · current · behind: something to send · lost: must be told to reload."""
        if self.wants_snapshot:
            return "wants_snapshot"
        if self.cursor is None:
            return "waiting"
        if self.cursor == board.seq:
            return "current"
        if self.cursor < board.oldest() or self.cursor > board.seq:
            return "lost"
        return "lost" if board.seq - self.cursor > LIMIT and board.pending(self.cursor) > LIMIT else "behind"

    def has_notes(self) -> bool:
        """Whether it lacks anything besides changes."""
        return bool(self.cameras or self.sources or self.suppressions or self.presence or self.answers)

    def answer(self, action_id: str, message: bytes) -> None:
        """Keep an answer until the socket takes it."""
        self.answers[action_id] = message
        while len(self.answers) > ANSWERS_LIMIT:
            self.answers.popitem(last=False)

    def stuck(self, backlog: int, limit: int, now_s: float) -> Literal["no", "wait", "cut"]:
        """Whether the socket takes more: no: write on · wait: it is still full · cut: it took nothing for too long."""
        if backlog <= limit:
            self._stuck_since, self._backlog = None, backlog
            return "no"
        if self._stuck_since is None or backlog < self._backlog:
            self._stuck_since = now_s
        self._backlog = backlog
        return "cut" if now_s - self._stuck_since > STUCK_S else "wait"
