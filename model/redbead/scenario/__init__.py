"""Scenarios: files, keywords, theories, validation with line numbers, and the weekly schedule of parameters.

Start with :func:`redbead.scenario.loader.load` and :func:`redbead.scenario.schedule.schedule`.
"""
