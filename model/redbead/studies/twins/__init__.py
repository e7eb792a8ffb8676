"""Twins: the same worker and the same error under two policies with common random numbers."""
