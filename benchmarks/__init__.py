"""Benchmarks: how fast the model is, against a twin of the same rules that is written with one object a worker."""
