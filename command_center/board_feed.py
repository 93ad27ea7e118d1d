"""Keeping the board in memory at the newest number of the change log in PostgreSQL."""

import logging
from dataclasses import dataclass

from prometheus_client import Counter, Gauge, Histogram

from command_center.board import Board, Hole
from command_center.ports import Ports
from command_center.store.database import Database
from command_center.store.listen import listening
from command_center.store.wall import CHUNK

log = logging.getLogger(__name__)

BOARD_SEQ = Gauge("hub_board_seq", "Number of the change log up to which the board is")
BOARD_ROWS = Gauge("hub_board_rows", "Live incidents on the board")
BOARD_HELD = Gauge("hub_board_rows_in_memory", "Live incidents and those closed ones that the log still names")
BOARD_LAG = Histogram("hub_board_lag_seconds", "From the change in the database to the board")
BOARD_HOLES = Counter("hub_board_holes_total", "Times the board was loaded anew because of a hole in the log")


@dataclass(frozen=True, slots=True)
class BoardFeed:
    """Keeps the board at the newest number of the change log."""

    ports: Ports
    database: Database

    async def run(self) -> None:
        """Load, then follow.

        Raises:
            DatabaseUnavailable: it must be begun again; a board that is loaded goes on where it is.
        """
        wall, board = self.ports.stores.wall, self.ports.board
        async with listening(self.database, "board") as bell:
            self.ports.source_views.database = True
            if not board.loaded or await wall.head() < board.seq:
                await self._load()
            while True:
                try:
                    await self.catch_up()
                except Hole as hole:
                    BOARD_HOLES.inc()
                    log.warning("hole in the change log (%s): loading the board anew", hole)
                    await self._load()
                await bell.wait()

    async def catch_up(self) -> None:
        """Take in all that has been committed.

        Raises:
            Hole: the log was pruned beyond the board's number.
        """
        board = self.ports.board
        while True:
            changes, rows = await self.ports.stores.wall.after(board.seq)
            if not changes:
                return
            board.apply(changes, rows)
            self.ports.suppressions.look(rows)
            BOARD_LAG.observe(max(0.0, (self.ports.clock() - changes[-1].at).total_seconds()))
            self._show(board)
            if len(changes) < CHUNK:
                return  # what was committed meanwhile has rung the bell again

    async def _load(self) -> None:
        board = self.ports.board
        loaded = await self.ports.stores.wall.load(board.log_length)
        board.load(loaded.seq, loaded.rows, loaded.log)
        self.ports.suppressions.look(loaded.rows)
        log.info("the board is loaded: %d live incidents at number %d", len(board), board.seq)
        self._show(board)

    def _show(self, board: Board) -> None:
        BOARD_SEQ.set(board.seq)
        BOARD_ROWS.set(len(board))
        BOARD_HELD.set(board.held())
        self.ports.room.board_changed()
