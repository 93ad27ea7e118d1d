"""One rule a file: a pure step with hysteresis."""
