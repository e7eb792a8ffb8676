"""Behaviour checks: claims about the model as files, with the runs that test them and a verdict on each expectation."""
