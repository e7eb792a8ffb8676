"""Engine: initial state, order of the week, simulation of runs, Mesa model and mean-field model."""
