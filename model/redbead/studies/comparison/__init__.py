"""Comparison of policies: batch files, paired runs, statistics and the folder of results."""
