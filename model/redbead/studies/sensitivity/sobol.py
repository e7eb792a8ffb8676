"""Sobol' indices of first and total order [Sobol1993]_ per outcome and period, and the share of variance due to chance.

.. [Sobol1993] Sobol': Sensitivity estimates for nonlinear mathematical models. Math. Model. Comput. Exp. 1. Sampled and
   estimated by SALib [Saltelli2010]_.
.. [Saltelli2010] Saltelli et al.: Variance based sensitivity analysis of model output. Comput. Phys. Commun. 181.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from redbead.state.constants import Reals
from redbead.studies.sensitivity.spec import Factor, Responses, mean_over_runs, salib_problem


class SobolIndices(NamedTuple):
    """First- and total-order index of one factor, outcome and period, with 95 % half-widths.

    ``chance`` is the share of the variance that is sampling error of the runs. It is part of every total index, also of
    one without effect, because each point has its own sampling error.
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
    def net(self) -> float:
        """Total-order index less the share of chance: about 0 without effect, and then as often below 0 as above."""
        return self.total - self.chance

    @property
    def significant(self) -> bool:
        """Whether the lower end of the total index exceeds the share of chance."""
        return self.total - self.total_half > self.chance


def sample_points(factors: tuple[Factor, ...], samples: int, seed: int) -> Reals:
    """Points of a scrambled Sobol' design. [samples x (factors + 2), factors]"""
    from SALib.sample import sobol

    return np.asarray(sobol.sample(salib_problem(factors), samples, calc_second_order=False, seed=seed % 2**32))


def sobol_indices(factors: tuple[Factor, ...], responses: Responses, seed: int) -> list[SobolIndices]:
    """Estimate the indices of every factor, outcome and period.

    Parameters
    ----------
    factors : tuple of Factor
        The factors.
    responses : array
        Responses at the points of the design. [points, runs, outcomes, periods]
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    list of SobolIndices
        Indices; none for an outcome that does not vary.
    """
    means, noise = mean_over_runs(responses), chance_share(responses)
    indices = []
    for outcome in range(responses.shape[2]):
        for period in range(responses.shape[3]):
            values = means[:, outcome, period]
            if float(np.ptp(values)) == 0.0:
                continue
            indices += _indices_of(factors, values, outcome, period, float(noise[outcome, period]), seed)
    return indices


def _indices_of(
    factors: tuple[Factor, ...], values: Reals, outcome: int, period: int, chance: float, seed: int
) -> list[SobolIndices]:
    from SALib.analyze import sobol

    analysis = sobol.analyze(
        salib_problem(factors),
        values,
        calc_second_order=False,
        num_resamples=200,
        seed=seed % 2**32,
        keep_resamples=False,
    )
    return [
        SobolIndices(
            factor.path, outcome, period, float(analysis["S1"][k]), float(analysis["S1_conf"][k]),
            float(analysis["ST"][k]), float(analysis["ST_conf"][k]), chance,
        )
        for k, factor in enumerate(factors)
    ]  # fmt: skip


def chance_share(responses: Responses) -> Reals:
    """Sampling variance of the mean over runs, relative to the variance between points.

    Effects of a seed that are equal at all points cancel in differences and are removed.

    Parameters
    ----------
    responses : array
        Responses. [points, runs, outcomes, periods]

    Returns
    -------
    array
        Share of variance due to chance; NaN for a single run. [outcomes, periods]
    """
    runs = responses.shape[1]
    if runs < 2:
        return np.full(responses.shape[2:], np.nan)
    residuals = responses - responses.mean(axis=1, keepdims=True)
    residuals = residuals - residuals.mean(axis=0, keepdims=True)
    noise = (residuals**2).sum(axis=1).mean(axis=0) / (runs - 1) / runs
    spread = mean_over_runs(responses).var(axis=0)
    return np.asarray(np.divide(noise, spread, out=np.zeros_like(noise), where=spread > 0))
