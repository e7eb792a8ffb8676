"""Execution of runs on threads, in processes or on a Dask cluster, with timeouts and progress."""
