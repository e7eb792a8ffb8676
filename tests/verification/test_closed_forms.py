"""Whole runs against closed forms: who is left after an upheaval, what free teams gain, what prevention prevents."""

import dataclasses
import math

import numpy as np
import pytest

from redbead.engine.simulate import advance_to, initialise
from redbead.measures import MEASURES
from redbead.scenario.loader import load
from redbead.state.people import PERMANENT

WEEKS = 156
LONELY = {
    "staffing.time_to_fill": 1e15, "staffing.agency_cover": 0.0, "staffing.burnout": 0.0, "staffing.fear": 0.0,
    "staffing.newcomers": 0.0, "staffing.disruption": 0.0, "quality.disruption_decay": 1e15, "response.dismissal": 0.0,
    "inspection.visits": 0.0, "publicity.prominent": 0.0, "staffing.leaving": 0.13,
}  # fmt: skip
"""Nobody is hired, upheaval stays as it is, and people leave at h exp(slump x commitment x upheaval), h = 0.13/52."""


@pytest.fixture
def left(plan_of):
    """Commitment of those who hold 2,400 posts, and of those who still do after three years of lasting upheaval."""
    scenario = load("baseline").set({"authority.posts": 2400, "time.years": 3, "time.warm_up_years": 0})

    def of(upheaval, slump):
        plan = plan_of(scenario, {**LONELY, "staffing.slump": slump})
        world = initialise(plan_of(scenario), 6)
        world.service.disruption[:] = upheaval
        before = world.workers.commitment[world.workers.status == PERMANENT]
        world = advance_to(world, plan, 6, 0, WEEKS, np.empty((plan.weeks, 1, len(MEASURES))))
        after = world.workers.commitment[world.workers.status == PERMANENT]
        return before, after

    return of


def survivors(upheaval, slump):
    """Share and mean commitment of those who are left: the normal density thinned by exp(-h t exp(slump k D))."""
    k = np.linspace(-8, 8, 20001)
    density = np.exp(-k * k / 2 - WEEKS * 0.0025 * np.exp(slump * upheaval * k))
    whole = np.exp(-k * k / 2)
    return density.sum() / whole.sum(), (k * density).sum() / density.sum()


@pytest.mark.parametrize(
    ("upheaval", "slump", "lost"), [(0.5, 2.0, 0.379), (0.5, 0.8, 0.158), (0.5, 0.0, 0.0), (0.0, 2.0, 0.0)]
)
def test_those_who_are_left_after_an_upheaval_care_less(left, upheaval, slump, lost):
    """Within 3 standard errors of the share and of the mean; without upheaval, or with the loop cut, as before."""
    before, after = left(upheaval, slump)
    share, mean = survivors(upheaval, slump)
    assert abs(after.size / before.size - share) < 3 * math.sqrt(share * (1 - share) / before.size)
    assert abs(after.mean() - mean) < 3 / math.sqrt(after.size)
    assert mean == pytest.approx(-lost, abs=5e-4)


def weeks_of(recorded, values, measures=("errors_generated",), years=8.0, runs=20):
    """Sums over runs of weekly counts under edited rows, from the first Monday on."""
    scenario = dataclasses.replace(load("baseline"), years=years, warm_up_years=0.0)
    runs_ = recorded(scenario, runs, values)
    return sum(runs_[name] for name in measures).sum(axis=0)


def test_free_teams_of_average_luck_err_less_by_gain_times_memory_in_the_end(recorded):
    """exp(-0.078 (1 - (1 - 1/156)^n)): 8 % fewer errors in the end; fear, blame and pressure hardly notice (2 %)."""
    free = {"lessons.autonomy": 1.0, "lessons.autonomy_spread": 0.0, "practice.deterrence": 0.0}
    ratio = weeks_of(recorded, free) / weeks_of(recorded, {"practice.deterrence": 0.0})
    n = np.arange(1, ratio.size + 1)
    expected = np.exp(-0.078 * (1 - (1 - 1 / 156) ** n))
    for year in range(8):
        weeks = slice(52 * year, 52 * year + 52)
        assert ratio[weeks].mean() == pytest.approx(expected[weeks].mean(), abs=0.02), year


def test_a_tenth_of_the_budget_prevents_a_tenth_of_referrals_in_the_end(recorded):
    """1 - 0.1 (1 - exp(-t / 104)) of what would have come, accepted or turned away; scandals apart, within 1 %."""
    quiet = {"publicity.prominent": 0.0, "demand.return_exponent": 0.0}
    asked = ("referrals", "turned_away")
    ratio = weeks_of(recorded, {**quiet, "demand.prevention": 0.1}, asked) / weeks_of(recorded, quiet, asked)
    expected = 1 - 0.1 * (1 - np.exp(-np.arange(1, ratio.size + 1) / 104))
    for year in range(8):
        weeks = slice(52 * year, 52 * year + 52)
        assert ratio[weeks].mean() == pytest.approx(expected[weeks].mean(), abs=0.01), year
    assert expected[-1] < 0.903
