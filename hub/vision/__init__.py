"""What runs inside a vision process: the room of cameras, and which cameras this worker holds."""
