"""How the garbage collector is kept out of the way: what fusion holds lives for hours, and nothing in it refers back to
itself, so that what is forgotten is freed without it."""

import gc

from fusion.state import State

MANY = 1_000
"""incidents from which on a state is worth it"""
SELDOM = (20_000, 50, 100)
"""new objects, young walks, middle walks before a walk: a step makes thousands of small objects and drops them again;
with Python's 700, 10 and 10 a twentieth of the time went into walks"""


def walk_seldom() -> None:
    """For a process whose work is steps of the engine."""
    gc.set_threshold(*SELDOM)


def settle_memory(state: State) -> None:
    """Keep what is there out of the walks: with 10,000 incidents one took 100 ms, in the middle of a step."""
    if len(state.book.incidents) >= MANY:
        gc.collect()
        gc.freeze()
