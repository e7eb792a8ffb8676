"""Runs wherever there is room for them: threads, processes, a cluster; one function, one order of results."""
