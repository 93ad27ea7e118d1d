"""One file per model runtime, behind the port of `detectors.detector`."""

import os

# All of it is read when the library is imported, and every engine's module comes after this one.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # onnxruntime for Linux collects and sends it unasked since 1.29
os.environ.setdefault("YOLO_AUTOINSTALL", "false")  # ultralytics would install packages into our environment
os.environ.setdefault("YOLO_OFFLINE", "true")  # and ask public name servers whether there is an internet
