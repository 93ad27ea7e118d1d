"""Which signals speak of the same thing, and why."""
