"""WHAT IS: tables of columns. A row of a table is a post, a team, an authority or a practice error."""
