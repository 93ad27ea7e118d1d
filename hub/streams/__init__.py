"""streams.yaml: the cameras of a county as a person writes them, read with errors that say what to mend."""

from hub.streams.format import json_schema
from hub.streams.problems import Problem, StreamsError
from hub.streams.reading import Streams, load, read

__all__ = ["Problem", "Streams", "StreamsError", "json_schema", "load", "read"]
