"""WHEN: the order of the week, one run in one kernel, and the same week with Mesa agents."""
