"""Live pictures: the vision worker serves a camera's packets on an internal port, a console fetches them once."""
