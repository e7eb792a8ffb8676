"""Batches without runs of the model: outcomes drawn from a known truth, judged as the report judges them."""

import dataclasses
import functools

import numpy as np

from redbead.analysis.outcomes import OUTCOMES, PERIODS
from redbead.scenario.scenario import Scenario
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.results import ComparisonRuns
from redbead.studies.comparison.spec import Comparison, DecidingOutcome, Policy, Uncertainty

OUTCOME_NAMES = ("turnover", "caseload", "burnout", "fear", "vacancy_rate")
"""Outcomes without a derived definition, so that any values can be assigned; less is better for all of them."""


@functools.cache
def empty_batch(policies=2, outcomes=1, theories=1, draws=0, smallest=0.5):
    """Comparison of several policies with a single run and no values."""
    base = Scenario(name="policy-0", years=3.0)
    named = [Policy(f"policy-{k}", base.set({"inspection.stakes": 0.01 * k}) if k else base) for k in range(policies)]
    listed = ("balanced", "blame-deters", "just-culture", "workload-only", "inspection-works")
    comparison = Comparison(
        "simulated", tuple(named), "policy-0",
        theories=listed[:theories] if theories > 1 else (),
        deciding_outcomes=tuple(DecidingOutcome(name, smallest) for name in OUTCOME_NAMES[:outcomes]),
        uncertainty=Uncertainty(("fear.floor",), draws=draws) if draws else None,
    )  # fmt: skip
    arms = arms_of(comparison)
    shape = (len(arms.arms), 1, len(PERIODS), len(OUTCOMES))
    return ComparisonRuns(comparison, arms, None, None, 1, np.zeros(shape))


def batch_of(values, draws=0, smallest=0.5):
    """Results with these outcomes.

    Parameters
    ----------
    values : array
        Shape [theories, policies, outcomes, runs].
    draws : int
        Number of draws of an uncertain parameter; run k has the draw k modulo this number.
    smallest : float
        Smallest difference that matters.
    """
    theories, policies, outcomes, runs = values.shape
    empty = empty_batch(policies, outcomes, theories, draws, smallest)
    table = np.zeros((len(empty.arms.arms), runs, len(PERIODS), len(OUTCOMES)))
    for role in empty.arms.main():
        theory = empty.theories.index(role.theory)
        policy = empty.comparison.names.index(role.policy)
        for k, name in enumerate(OUTCOME_NAMES[:outcomes]):
            table[role.arm, :, :, list(OUTCOMES).index(name)] = values[theory, policy, k][:, None]
    return dataclasses.replace(empty, runs=runs, outcomes=table)
