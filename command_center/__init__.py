"""What the room sees and does: board, actions, permissions, HTTP and websocket."""
