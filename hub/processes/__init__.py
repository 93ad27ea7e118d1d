"""One file per process: open what it needs, wire it, run it."""
