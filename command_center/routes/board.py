"""/ws/board: the wall as it changes. Messages in `command_center/messages.py`."""

import logging

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from command_center.access import bearer_of, sign_in_of
from command_center.board_messages import (
    CLIENT_MESSAGE,
    Hello,
    Ping,
    Presence,
)
from command_center.gate import COOKIE, same_origin
from command_center.permissions import Right
from command_center.ports import Ports
from command_center.push import EXTENSION, Wire
from command_center.room import Seat
from command_center.sign_in import Operator

log = logging.getLogger(__name__)
router = APIRouter()

UNREADABLE, NOT_SIGNED_IN, FORBIDDEN = 4400, 4401, 4403
MAX_MESSAGE = 4096
"""characters: a client has little to say"""


@router.websocket("/ws/board")
async def board(websocket: WebSocket) -> None:
    """One seat. Closed with 4401 when nobody is signed in, 4403 from another site's page, 4400 for what no client of
    ours says."""
    ports: Ports = websocket.app.state.ports
    if bearer_of(websocket) is None and not same_origin(websocket.headers, ports.config.origins):
        await _turn_away(websocket, FORBIDDEN, "another site's page")
        return
    operator = await operator_of_socket(websocket, ports)
    if operator is None:
        await _turn_away(websocket, NOT_SIGNED_IN, "sign in")
        return
    await websocket.accept()
    wire: Wire = websocket.scope["extensions"][EXTENSION]["wire"]
    seat = Seat(
        wire, login=operator.login, display_name=operator.display_name, role=operator.role, session=operator.session
    )
    ports.room.enter(seat)
    try:
        await _listen(websocket, seat, ports)
    except WebSocketDisconnect:
        return
    finally:
        ports.room.leave(seat)


async def operator_of_socket(websocket: WebSocket, ports: Ports) -> Operator | None:
    """Who sits down, by API token or cookie."""
    sessions = sign_in_of(ports)
    token = bearer_of(websocket)
    if token:
        return await sessions.by_token(token)
    cookie = websocket.cookies.get(COOKIE)
    return await sessions.by_session(cookie, in_use=False) if cookie else None


async def _listen(websocket: WebSocket, seat: Seat, ports: Ports) -> None:
    while True:
        frame = await websocket.receive()
        if frame["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(frame["code"])
        # Bytes are no JSON: `receive_text` would raise KeyError on them.
        text = frame.get("text") or ""
        try:
            message = CLIENT_MESSAGE.validate_json(text) if len(text) <= MAX_MESSAGE else None
        except ValidationError:
            message = None
        if message is None:
            await websocket.close(UNREADABLE, "a message that no client of this console sends")
            return
        if isinstance(message, Hello):
            ports.room.hello(seat, message.since)
        elif isinstance(message, Ping):
            ports.room.pong(seat, message.n)
        elif isinstance(message, Presence) and Right.INCIDENTS in seat.rights:
            ports.room.looks(seat, message.incident_id)


async def _turn_away(websocket: WebSocket, code: int, reason: str) -> None:
    # Accepted first: a refused handshake gives a browser no code, and the page must know why.
    await websocket.accept()
    await websocket.close(code, reason)
