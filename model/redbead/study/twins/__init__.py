"""Twins: the same worker and the same error in two policies on the same dice; when their paths part, and why."""
