"""HOW MANY: many runs of a scenario, their tables, their folder on disk, their digest."""
