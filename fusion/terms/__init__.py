"""One term of the score a file; they add up in nats."""
