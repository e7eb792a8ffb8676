"""Sensitivity study: Morris screening, Sobol' indices, one-at-a-time effects and key drivers."""
