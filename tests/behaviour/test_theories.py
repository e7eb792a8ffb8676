"""Each theory produces its characteristic result: rival theories disagree in sign, not in degree. 16 paired runs.

Section 5 of the science notes states the results; the choice of levers is this test's.
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
    """Return a function: relative paired effect of a policy under a theory, and its standard error."""

    def of(theory, measure, *levers, regime="graded"):
        base = load("baseline").set({"time.years": 6, "theory": theory})
        policy = dataclasses.replace(base, levers=levers).set({"inspection.regime": regime})
        before, after = (runs[measure][:, WEEKS].mean(axis=1) for runs in paired(base, policy, RUNS))
        change = (after - before) / before.mean()
        return change.mean(), change.std(ddof=1) / np.sqrt(RUNS)

    return of


JUST = LEVERS["just-culture"](from_week=52, strength=0.8)
STRIKES = LEVERS["two-strikes"](from_week=52)
FUNDING = LEVERS["surge-funding"](from_week=52, share=0.16)


def test_blame_deters_two_strikes_reduce_errors_and_a_just_culture_increases_them(effect):
    size, error = effect("blame-deters", "errors_generated", STRIKES)
    assert size < -2 * error
    size, error = effect("blame-deters", "errors_generated", JUST)
    assert size > 2 * error


@pytest.mark.parametrize("measure", ["errors_generated", "hidden_errors"])
def test_just_culture_reduces_generated_and_hidden_errors_under_its_own_theory(effect, measure):
    size, error = effect("just-culture", measure, JUST)
    assert size < -2 * error
    size, error = effect("just-culture", measure, STRIKES)
    assert size > 2 * error


def test_workload_only_funding_reduces_errors_and_cultures_have_little_effect(effect):
    funding, error = effect("workload-only", "errors_generated", FUNDING)
    assert funding < -2 * error
    no_dismissals = LEVERS["two-strikes"](from_week=52, dismissal=0.0)  # dismissals raise workload: see the next test
    for culture in (JUST, no_dismissals):
        assert abs(effect("workload-only", "errors_generated", culture)[0]) < abs(funding) / 3


def test_workload_only_two_strikes_change_generated_errors_by_less_than_one_per_cent(effect):
    """Few workers face a second finding, so few are dismissed, with or without the policy."""
    for dismissal in (0.0, 0.1):
        policy = LEVERS["two-strikes"](from_week=52, dismissal=dismissal)
        assert abs(effect("workload-only", "errors_generated", policy)[0]) < 0.01


def test_inspection_works_errors_increase_without_inspection(effect):
    size, error = effect("inspection-works", "errors_generated", regime="none")
    assert size > 2 * error


def test_the_effect_of_inspection_depends_on_the_theory(effect):
    inspection_works, error = effect("inspection-works", "errors_generated", regime="none")
    balanced, balanced_error = effect("balanced", "errors_generated", regime="none")
    assert inspection_works - balanced > 2 * np.hypot(error, balanced_error)
