"""RTSP over TCP for H.264 and H.265, by ourselves: bytes in, access units out; `connection.py` alone has a socket.

Whatever it does not do is `Unsupported`, and the camera is left to FFmpeg's client (docs/decisions/0016).
"""
