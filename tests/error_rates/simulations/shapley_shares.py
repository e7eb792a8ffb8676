"""Shapley shares of a package that has no effect: any interval that excludes 0, and coverage with an effect."""

from functools import partial

import numpy as np

from redbead.analysis.shapley import shares
from simulations.simulation import Simulation

METHOD = "Simultaneous t-intervals of all levers, pairs, total and synergy, max-t (Hothorn et al. 2008)"


def package(rng, runs):
    """Outcomes of the eight subsets of three levers with common and own errors, [subsets, runs]."""
    return rng.standard_normal(runs) + rng.standard_normal((8, runs))


def intervals(result):
    return [*result.levers, result.total, result.synergy, *result.pairs.values()]


def null_batch(rng, *, runs, outcomes):
    """Whether any interval of any outcome excludes 0 for a package without effect."""
    results = [shares(package(rng, runs), outcomes) for _ in range(outcomes)]
    return any(item.low > 0.0 or item.high < 0.0 for result in results for item in intervals(result))


def coverage_batch(rng, *, runs):
    """Whether all intervals contain the truth: levers of effect 1, 2 and 3 that add up."""
    effects = np.array([sum((1.0, 2.0, 3.0)[k] for k in range(3) if row >> k & 1) for row in range(8)])
    result = intervals(shares(package(rng, runs) + effects[:, None]))
    return all(i.low <= t <= i.high for i, t in zip(result, (1.0, 2.0, 3.0, 6.0, 0.0, 0.0, 0.0, 0.0), strict=True))


CAUTION = "Outcomes that are equal in most runs"

SIMULATIONS = (
    *(
        Simulation(
            "S13", "share, total or synergy of a package, clear of 0", METHOD,
            f"any interval excludes 0, no effect, 3 levers, {runs} runs, {outcomes} outcomes", 0.0, 0.05, CAUTION,
            partial(null_batch, runs=runs, outcomes=outcomes), fast, 8000, before,
        )
        for runs, outcomes, fast, before in ((5, 1, 200, ""), (40, 1, 100, ""), (40, 4, 50, ""))
    ),
    Simulation(
        "S13", "intervals of a package", METHOD, "all intervals contain the truth, 3 levers with effects, 20 runs",
        0.95, 1.0, CAUTION, partial(coverage_batch, runs=20), 150, 8000,
    ),
)  # fmt: skip
