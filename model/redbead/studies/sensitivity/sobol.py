"""Shares of variance [Sobol1993]_, first and total order, over the years of the run; and the share that is chance.

.. [Sobol1993] Sobol': Sensitivity estimates for nonlinear mathematical models. Math. Model. Comput. Exp. 1. Sampled and
   estimated by SALib [Saltelli2010]_.
.. [Saltelli2010] Saltelli et al.: Variance based sensitivity analysis of model output. Comput. Phys. Commun. 181.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from redbead.state.types import Reals
from redbead.studies.sensitivity.spec import Answers, Factor, mean_over_runs, problem_of


class SobolIndices(NamedTuple):
    """One factor, outcome and period: first- and total-order index with 95 % half-widths, and what is told.

    `chance` is the share of the variance that the runs leave to chance: a total index below it cannot be told from it.
    """

    path: str
    outcome: int
    period: int
    first: float
    first_half: float
    total: float
    total_half: float
    chance: float

    @property
    def told(self) -> bool:
        """Whether the total index exceeds what chance gives, with its interval."""
        return self.total - self.total_half > self.chance


def points(factors: tuple[Factor, ...], samples: int, seed: int) -> Reals:
    """The points of a scrambled Sobol' design. [samples x (factors + 2), factors]"""
    from SALib.sample import sobol

    return np.asarray(sobol.sample(problem_of(factors), samples, calc_second_order=False, seed=seed % 2**32))


def shares(factors: tuple[Factor, ...], answers: Answers, seed: int) -> list[SobolIndices]:
    """Every factor by every outcome and period; outcomes that do not vary have no shares."""
    means, noise = mean_over_runs(answers), chance_share(answers)
    found = []
    for outcome in range(answers.shape[2]):
        for period in range(answers.shape[3]):
            values = means[:, outcome, period]
            if float(np.ptp(values)) == 0.0:
                continue
            found += _shares(factors, values, outcome, period, float(noise[outcome, period]), seed)
    return found


def _shares(
    factors: tuple[Factor, ...], values: Reals, outcome: int, period: int, chance: float, seed: int
) -> list[SobolIndices]:
    from SALib.analyze import sobol

    told = sobol.analyze(
        problem_of(factors), values, calc_second_order=False, num_resamples=200, seed=seed % 2**32, keep_resamples=False
    )
    return [
        SobolIndices(
            factor.path, outcome, period, float(told["S1"][k]), float(told["S1_conf"][k]),
            float(told["ST"][k]), float(told["ST_conf"][k]), chance,
        )
        for k, factor in enumerate(factors)
    ]  # fmt: skip


def chance_share(answers: Answers) -> Reals:
    """Variance of the mean of the runs that is chance, over the variance between points. [outcomes, periods]

    What a seed adds at every point alike is taken out: it moves no difference.
    """
    runs = answers.shape[1]
    if runs < 2:
        return np.full(answers.shape[2:], np.nan)
    own = answers - answers.mean(axis=1, keepdims=True)
    own = own - own.mean(axis=0, keepdims=True)
    noise = (own**2).sum(axis=1).mean(axis=0) / (runs - 1) / runs
    spread = mean_over_runs(answers).var(axis=0)
    return np.asarray(np.divide(noise, spread, out=np.zeros_like(noise), where=spread > 0))
