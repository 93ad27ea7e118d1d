"""One file per model runtime, behind the port of `detectors.detector`."""
