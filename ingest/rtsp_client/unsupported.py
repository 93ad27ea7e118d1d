"""What this client leaves to FFmpeg's."""


class Unsupported(Exception):
    """The camera wants something that this client does not do. The message holds no address and no credential."""
