"""A simulated city day: what happens, who tells of it and how wrongly, and the truth beside it."""
