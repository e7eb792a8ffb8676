"""The inspection lottery: distribution of grades that results from chance alone."""
