"""The terms of the score, one a file: each a pure function of a signal's and an incident's running statistics."""
