"""State of the model: tables of columns, with one row per post, team, authority or practice error."""
