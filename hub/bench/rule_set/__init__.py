"""A labelled set for the rules, made on the spot from the street footage: real, composed, and what happens in each."""
