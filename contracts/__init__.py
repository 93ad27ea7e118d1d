"""The nouns of the hub and the ports between its rooms. Imports the standard library, pydantic and numpy only."""
