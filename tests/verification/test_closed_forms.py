"""Complete runs compared with closed forms: survivors of disruption, autonomous teams, prevention."""

import dataclasses
import math

import numpy as np
import pytest

from redbead.engine.simulate import advance_to, initialise
from redbead.measures import MEASURES
from redbead.scenario.loader import load
from redbead.state.people import PERMANENT

WEEKS = 156
NO_HIRING = {
    "staffing.time_to_fill": 1e15, "staffing.agency_cover": 0.0, "staffing.burnout": 0.0, "staffing.fear": 0.0,
    "staffing.newcomers": 0.0, "staffing.disruption": 0.0, "quality.disruption_decay": 1e15, "response.dismissal": 0.0,
    "inspection.visits": 0.0, "publicity.prominent": 0.0, "staffing.leaving": 0.13,
}  # fmt: skip
"""No hiring, constant disruption D, and leaving at the hazard h exp(slump x commitment x D) with h = 0.13/52."""


@pytest.fixture
def commitment_before_and_after(plan_of):
    """Commitment of 2,400 workers, and of those still in post after three years of constant disruption."""
    scenario = load("baseline").set({"authority.posts": 2400, "time.years": 3, "time.warm_up_years": 0})

    def commitments(disruption, slump):
        plan = plan_of(scenario, {**NO_HIRING, "staffing.slump": slump})
        world = initialise(plan_of(scenario), 6)
        world.service.disruption[:] = disruption
        before = world.workers.commitment[world.workers.status == PERMANENT]
        world = advance_to(world, plan, 6, 0, WEEKS, np.empty((plan.weeks, 1, len(MEASURES))))
        after = world.workers.commitment[world.workers.status == PERMANENT]
        return before, after

    return commitments


def survivors(disruption, slump):
    """Share and mean commitment of survivors: the normal density times exp(-h t exp(slump k D))."""
    k = np.linspace(-8, 8, 20001)
    density = np.exp(-k * k / 2 - WEEKS * 0.0025 * np.exp(slump * disruption * k))
    initial = np.exp(-k * k / 2)
    return density.sum() / initial.sum(), (k * density).sum() / density.sum()


@pytest.mark.parametrize(
    ("disruption", "slump", "lost"), [(0.5, 2.0, 0.379), (0.5, 0.8, 0.158), (0.5, 0.0, 0.0), (0.0, 2.0, 0.0)]
)
def test_workers_who_stay_through_disruption_are_less_committed(commitment_before_and_after, disruption, slump, lost):
    """Share and mean within 3 standard errors; no change without disruption or with the causal link cut."""
    before, after = commitment_before_and_after(disruption, slump)
    share, mean = survivors(disruption, slump)
    assert abs(after.size / before.size - share) < 3 * math.sqrt(share * (1 - share) / before.size)
    assert abs(after.mean() - mean) < 3 / math.sqrt(after.size)
    assert mean == pytest.approx(-lost, abs=5e-4)


def weeks_of(recorded, values, measures=("errors_generated",), years=8.0, runs=20):
    """Weekly counts, summed over runs and measures, without warm-up and with edited parameters."""
    scenario = dataclasses.replace(load("baseline"), years=years, warm_up_years=0.0)
    runs_ = recorded(scenario, runs, values)
    return sum(runs_[name] for name in measures).sum(axis=0)


def test_autonomous_teams_reduce_errors_by_gain_times_memory(recorded):
    """exp(-0.078 (1 - (1 - 1/156)^n)): 8 % fewer errors in the end; effects through other variables are below 2 %."""
    autonomous = {"lessons.autonomy": 1.0, "lessons.autonomy_spread": 0.0, "practice.deterrence": 0.0}
    ratio = weeks_of(recorded, autonomous) / weeks_of(recorded, {"practice.deterrence": 0.0})
    n = np.arange(1, ratio.size + 1)
    expected = np.exp(-0.078 * (1 - (1 - 1 / 156) ** n))
    for year in range(8):
        weeks = slice(52 * year, 52 * year + 52)
        assert ratio[weeks].mean() == pytest.approx(expected[weeks].mean(), abs=0.02), year


def test_prevention_with_a_tenth_of_the_budget_avoids_a_tenth_of_referrals(recorded):
    """1 - 0.1 (1 - exp(-t / 104)) of referrals, accepted or turned away, within 1 %; without scandals."""
    no_feedback = {"publicity.prominent": 0.0, "demand.return_exponent": 0.0}
    demand = ("referrals", "turned_away")
    ratio = weeks_of(recorded, {**no_feedback, "demand.prevention": 0.1}, demand) / weeks_of(
        recorded, no_feedback, demand
    )
    expected = 1 - 0.1 * (1 - np.exp(-np.arange(1, ratio.size + 1) / 104))
    for year in range(8):
        weeks = slice(52 * year, 52 * year + 52)
        assert ratio[weeks].mean() == pytest.approx(expected[weeks].mean(), abs=0.01), year
    assert expected[-1] < 0.903
