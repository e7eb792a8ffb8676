"""Comparison of the model with published levels for England."""
