"""Benchmarks: speed of the model, and agreement with an independent implementation in Mesa."""
