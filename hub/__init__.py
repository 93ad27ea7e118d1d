"""Settings, wiring, processes and the command line. May import everything; nothing imports it."""
