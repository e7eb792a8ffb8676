"""Pure functions of arrays: outcomes, intervals, resampling, ranking and decision analysis."""
