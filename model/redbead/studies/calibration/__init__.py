"""Calibration by history matching: fit free parameters of a scenario to published levels."""
