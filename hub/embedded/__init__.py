"""Broker and database for one machine, started from wheels by `hub up` and stopped with it."""
