"""Calibration: which values of the free parameters the published figures leave standing."""
