"""Sentences and cells on change over time: nothing is claimed that the runs do not show."""

import math

import numpy as np
import pytest

from redbead.analysis.crossover import Crossover
from redbead.analysis.intervals import wilson_interval
from redbead.report.comparison.text import crossover_cells, crossover_sentence
from redbead.studies.comparison.decision_analysis import CrossoverResult

AHEAD = Crossover(
    1, 104, 52.0, 156.0, 0.985, -2.0, -3.0, -1.0, 26, 208, wilson_interval(np.array([0.0, 0.0, 0.0, 1.0])), False
)
"""Ahead from week 104, that is year 2; behind by 2 in week 26."""


def result(**changes):
    """Result of 'strikes' against 'today' on true quality, a ratio."""
    return CrossoverResult("strikes", "today", "service_quality", AHEAD._replace(**changes))


def test_time_interval_and_share_of_resamples_are_stated():
    _, policy, when, dip, never = crossover_cells(result())
    assert (policy, never) == ("strikes", "25 % of runs")
    assert when == "year 2.0 (1.0 to 3.0; never in 2 % of resamples)"
    assert dip.startswith("2.")
    assert dip.endswith("year 0.5")


def test_an_interval_without_an_end_is_open():
    assert crossover_cells(result(overtakes_high=math.inf))[2].startswith("year 2.0 (1.0 or later; ")


@pytest.mark.parametrize(
    ("at_end", "cell", "sentence"),
    [
        (
            0,
            "inconclusive at the end",
            "On true quality the runs do not distinguish whether 'strikes' or 'today' is ahead at the end",
        ),
        (-1, "behind at the end", "'strikes' is behind 'today' on true quality at the end"),
    ],
)
def test_a_policy_that_is_not_shown_to_be_ahead_has_no_crossover(at_end, cell, sentence):
    item = result(at_end=at_end, overtakes=None, overtakes_low=math.nan, overtakes_high=math.nan)
    assert crossover_cells(item)[2] == cell
    text = crossover_sentence(item)
    assert sentence in text
    assert "stays ahead" not in text
    assert "at worst 'strikes' is behind by 2" in text


def test_a_policy_that_is_ahead_over_the_last_year_but_not_in_the_last_quarter_has_no_date():
    item = result(overtakes=None)
    assert crossover_cells(item)[2] == "ahead at the end, inconclusive from when"
    assert "stays ahead" not in crossover_sentence(item)


def test_a_dip_whose_interval_contains_0_is_not_mentioned():
    item = result(dip_high=0.0)
    assert crossover_cells(item)[3] == "not shown to be behind"
    assert "at worst" not in crossover_sentence(item)


def test_equal_policies_are_equal_in_every_week():
    assert crossover_sentence(result(identical=True)) == "'strikes' and 'today' are equal in every week."
