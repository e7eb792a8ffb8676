"""Every theory shows what it must be able to show: the rivals disagree in sign, not in degree. 16 pairs of runs.

What the theories must show is section 5 of the science notes; which lever shows it is a choice of this test.
"""

import dataclasses

import numpy as np
import pytest

from redbead.levers import LEVERS
from redbead.scenario.loader import load

pytestmark = pytest.mark.slow

RUNS = 16
WEEKS = slice(104, 312)


@pytest.fixture(scope="module")
def effect(paired):
    """The paired difference that a policy makes under a theory: its share of the base, and its standard error."""

    def of(theory, measure, *levers, regime="graded"):
        base = load("baseline").set({"time.years": 6, "theory": theory})
        policy = dataclasses.replace(base, levers=levers).set({"inspection.regime": regime})
        before, after = (runs[measure][:, WEEKS].mean(axis=1) for runs in paired(base, policy, RUNS))
        change = (after - before) / before.mean()
        return change.mean(), change.std(ddof=1) / np.sqrt(RUNS)

    return of


JUST = LEVERS["just-culture"](from_week=52, strength=0.8)
STRIKES = LEVERS["two-strikes"](from_week=52)
MONEY = LEVERS["surge-funding"](from_week=52, share=0.16)


def test_where_blame_deters_two_strikes_lower_the_errors_made_and_a_just_culture_raises_them(effect):
    size, error = effect("blame-deters", "errors_generated", STRIKES)
    assert size < -2 * error
    size, error = effect("blame-deters", "errors_generated", JUST)
    assert size > 2 * error


@pytest.mark.parametrize("measure", ["errors_generated", "hidden_errors"])
def test_where_a_just_culture_is_right_it_lowers_errors_made_and_hidden(effect, measure):
    size, error = effect("just-culture", measure, JUST)
    assert size < -2 * error
    size, error = effect("just-culture", measure, STRIKES)
    assert size > 2 * error


def test_where_only_workload_counts_money_does_and_cultures_hardly_do(effect):
    money, error = effect("workload-only", "errors_generated", MONEY)
    assert money < -2 * error
    words = LEVERS["two-strikes"](from_week=52, dismissal=0.0)  # whom it dismisses is missed at work: the next test
    for culture in (JUST, words):
        assert abs(effect("workload-only", "errors_generated", culture)[0]) < abs(money) / 3


def test_where_only_workload_counts_two_strikes_matters_through_the_staff_that_it_dismisses(effect):
    """It is the load again: without dismissals the errors made move by less than half a per cent."""
    words = LEVERS["two-strikes"](from_week=52, dismissal=0.0)
    assert abs(effect("workload-only", "errors_generated", words)[0]) < 0.005
    size, error = effect("workload-only", "turnover", STRIKES)
    assert size > 2 * error


def test_where_inspection_works_more_errors_are_made_without_it(effect):
    size, error = effect("inspection-works", "errors_generated", regime="none")
    assert size > 2 * error


def test_the_theory_and_not_the_model_decides_what_inspection_is_worth(effect):
    with_faith, error = effect("inspection-works", "errors_generated", regime="none")
    balanced, other = effect("balanced", "errors_generated", regime="none")
    assert with_faith - balanced > 2 * np.hypot(error, other)
