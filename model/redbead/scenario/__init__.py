"""HOW WE ASK: scenario files, their words, their problems with line numbers, and the schedule of a run.

The front doors are :func:`redbead.scenario.loader.load` and :func:`redbead.scenario.schedule.schedule`.
"""
