"""Scenario discovery: ranges of uncertain parameters in which a policy fails more often than elsewhere.

The search is PRIM [Friedman1999]_ as in [Bryant2010]_. The search chooses among many boxes, so that the best box looks
dense even in labels without any relation to the parameters. Three corrections follow.

- A permutation test of the whole search decides whether there is a box: the labels are permuted, the search is
  repeated, and the likelihood ratios of the boxes are compared [Kulldorff1997]_, [Phipson2010]_.
- A permutation test within the draws that satisfy all other limits decides whether a limit is needed: its likelihood
  ratio must be larger than the largest of any further limit with permuted labels. The weakest limit is removed, and
  the search is repeated without it, until all are needed.
- Density and coverage come from cross-validation: from draws that were not used to find the range ([Hastie2009]_,
  section 7.10).

Assumptions: draws are exchangeable; failures are one label per draw, whose error only weakens the search.

.. [Friedman1999] Friedman and Fisher: Bump hunting in high-dimensional data. Statistics and Computing 9.
.. [Bryant2010] Bryant and Lempert: Thinking inside the box. Technological Forecasting and Social Change 77.
.. [Kulldorff1997] Kulldorff: A spatial scan statistic. Communications in Statistics, Theory and Methods 26.
.. [Phipson2010] Phipson and Smyth: Permutation p-values should never be zero. Statistical Applications in Genetics and
   Molecular Biology 9.
.. [Hastie2009] Hastie, Tibshirani, Friedman: The elements of statistical learning, 2nd edition. Springer 2009.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.box_search import Flags, Region, log_likelihood_ratio, search, single_limits_of
from redbead.quantities import three_digits
from redbead.state.constants import Reals, Whole

SIGNIFICANCE: Final = 0.05
"""Largest p-value of a box and of each parameter in it. [0-1]"""
PERMUTATIONS: Final = 99
"""Permutations of the labels. The smallest p-value is 0.01."""
ROUNDING: Final = 1e-9
"""Differences of log-likelihood ratios that count as equal."""
FOLDS: Final = 10
REPEATS: Final = 5
"""Repetitions of the cross-validation, with other folds each."""
_SEED: Final = 1999


class Limit(NamedTuple):
    """Limits of one parameter in a box.

    Attributes
    ----------
    name : str
        Path of the parameter.
    low, high : float
        Lower and upper limit; NaN for none.
    p : float
        p-value of the limits, by permutation within the draws that satisfy all other limits. [0-1]
    """

    name: str
    low: float
    high: float
    p: float


class Box(NamedTuple):
    """Ranges of parameters in which failures are concentrated.

    Density, coverage and mass are estimated by cross-validation.

    Attributes
    ----------
    limits : tuple of Limit
        Parameters that are limited.
    density : float
        Share of failures among the draws in the box. [0-1]
    coverage : float
        Share of all failures that are in the box. [0-1]
    mass : float
        Share of all draws that are in the box. [0-1]
    base : float
        Share of failures among all draws. [0-1]
    p : float
        p-value of the box, by permutation of the whole search. [0-1]
    """

    limits: tuple[Limit, ...]
    density: float
    coverage: float
    mass: float
    base: float
    p: float


def discover(x: Reals, names: Sequence[str], fails: Flags) -> Box | None:
    """Find the box in which failures are concentrated most, among those that contain at least half of them.

    Parameters
    ----------
    x : array
        Values of the parameters, shape [draws, parameters].
    names : sequence of str
        Paths of the parameters.
    fails : array of bool
        Draws in which the policy fails, shape [draws].

    Returns
    -------
    Box or None
        None if no box is denser than chance explains, or if it is not denser in draws that were not used to find it.

    Notes
    -----
    With the likelihood ratios of the boxes of m permutations, of which b are at least as large as that of the box:
    :math:`p = (b + 1) / (m + 1)` [Phipson2010]_. Seeds are fixed, so that equal draws give an equal box.
    """
    generator = np.random.Generator(np.random.Philox(_SEED))

    def largest(labels: Flags) -> float:
        return _likelihood(x, labels, search(x, labels))

    p = permutation_p(fails, largest(fails), largest, generator)
    if p > SIGNIFICANCE:
        return None
    region, p_values = _needed_limits(x, fails, search(x, fails), generator)
    if not p_values:
        return None
    density, coverage, mass = cross_validate(x, fails, region.limits(), generator)
    if not density > fails.mean():
        return None
    limits = tuple(Limit(names[k], *_finite(region.low[k], region.high[k]), p) for k, p in p_values.items())
    return Box(limits, density, coverage, mass, float(fails.mean()), p)


def permutation_p(
    fails: Flags, observed: float, statistic: Callable[[Flags], float], generator: np.random.Generator
) -> float:
    """p-value of a statistic against its values with permuted labels.

    It stops as soon as the p-value must exceed `SIGNIFICANCE`, and then returns a lower bound of it.

    Parameters
    ----------
    fails : array of bool
        Labels, shape [draws].
    observed : float
        Statistic with these labels; at most 0 means that nothing was found.
    statistic : callable
        Function of labels.
    generator : numpy.random.Generator
        Generator of the permutations.
    """
    if observed <= 0.0:
        return 1.0
    larger = 0
    for _ in range(PERMUTATIONS):
        larger += statistic(generator.permutation(fails)) >= observed - ROUNDING
        if larger + 1 > SIGNIFICANCE * (PERMUTATIONS + 1):
            break
    return (larger + 1) / (PERMUTATIONS + 1)


def _likelihood(x: Reals, fails: Flags, region: Region) -> float:
    """Log-likelihood ratio of a region."""
    inside = region.contains(x)
    return log_likelihood_ratio(int(inside.sum()), int(fails[inside].sum()), fails.size, int(fails.sum()))


def _needed_limits(
    x: Reals, fails: Flags, region: Region, generator: np.random.Generator
) -> tuple[Region, dict[int, float]]:
    """Remove limits that chance explains, the weakest first; the largest p-value of each remaining parameter."""
    while (allowed := region.limits()).any():
        tests = {edge: _LimitTest.of(x, fails, region, edge) for edge in zip(*np.nonzero(allowed), strict=True)}
        p_values: dict[int, float] = {}
        for edge in sorted(tests, key=lambda edge: tests[edge].observed):
            p = tests[edge].p_value(generator)
            if p > SIGNIFICANCE:
                allowed[edge] = False
                break
            p_values[int(edge[1])] = max(p, p_values.get(int(edge[1]), 0.0))
        else:
            return region, dict(sorted(p_values.items()))
        region = search(x, fails, allowed)
    return region, {}


class _LimitTest(NamedTuple):
    """Permutation test of one limit, within the draws that satisfy all others.

    Attributes
    ----------
    values, order : array
        Values and their order, for the parameters that this test considers. [parameters, draws]
    fails : array of bool
        Labels of the draws. [draws]
    free : array of bool
        Limits that the search could have chosen instead: those that the box does not have. [2, parameters]
    observed : float
        Largest log-likelihood ratio of this limit.
    """

    values: Reals
    order: Whole
    fails: Flags
    free: Flags
    observed: float

    @classmethod
    def of(cls, x: Reals, fails: Flags, region: Region, edge: tuple[int, int]) -> _LimitTest:
        """Prepare the test of one limit (end, parameter)."""
        inside = region.without(*edge).contains(x)
        part, labels, free = x[inside], fails[inside], ~region.limits()
        free[edge] = True
        order = np.argsort(part, axis=0, kind="stable").T
        values = np.take_along_axis(part.T, order, axis=1)
        return cls(values, order, labels, free, float(single_limits_of(values, labels[order])[edge]))

    def p_value(self, generator: np.random.Generator) -> float:
        """p-value of the limit against the largest of all free limits with permuted labels."""

        def largest(labels: Flags) -> float:
            return float(single_limits_of(self.values, labels[self.order])[self.free].max())

        return permutation_p(self.fails, self.observed, largest, generator)


def cross_validate(
    x: Reals, fails: Flags, allowed: Flags, generator: np.random.Generator
) -> tuple[float, float, float]:
    """Density, coverage and mass of boxes in draws that were not used to find them.

    Parameters
    ----------
    x : array
        Values of the parameters, shape [draws, parameters].
    fails : array of bool
        Labels, shape [draws].
    allowed : array of bool
        Limits that the boxes may have, shape [2, parameters]: those of the box found in all draws.
    generator : numpy.random.Generator
        Generator of the folds.

    Returns
    -------
    tuple of float
        Means over `REPEATS` divisions into `FOLDS` parts, each of which is left out once. NaN if no draw that was left
        out is in its box.
    """
    columns = allowed.any(axis=0)
    x, allowed = x[:, columns], allowed[:, columns]
    inside = hits = 0
    for _ in range(REPEATS):
        fold = generator.permutation(fails.size) % FOLDS
        for k in range(FOLDS):
            left_out = fold == k
            region = search(x[~left_out], fails[~left_out], allowed)
            member = left_out & region.contains(x)
            inside, hits = inside + int(member.sum()), hits + int(fails[member].sum())
    if not inside:
        return math.nan, math.nan, math.nan
    return hits / inside, hits / (REPEATS * int(fails.sum())), inside / (REPEATS * fails.size)


def _finite(low: float, high: float) -> tuple[float, float]:
    """Limits with NaN for none."""
    return float(low) if math.isfinite(low) else math.nan, float(high) if math.isfinite(high) else math.nan


def describe_box(box: Box | None, failure: str) -> str:
    """Describe a box in words.

    Parameters
    ----------
    box : Box or None
        The box.
    failure : str
        Verb phrase for the failure, such as "fails" or "loses to the baseline".
    """
    if box is None:
        return f"no range of the uncertain parameters in which it {failure} stands out"
    limits = " and ".join(_describe_limit(limit) for limit in box.limits)
    return (
        f"{failure} in {100 * box.density:.0f} % of draws where {limits} (against {100 * box.base:.0f} % of all draws; "
        f"{100 * box.coverage:.0f} % of these draws are in this range; shares by cross-validation)"
    )


def _describe_limit(limit: Limit) -> str:
    """Limits of one parameter in words."""
    parts = [f"above {three_digits(limit.low)}"] if np.isfinite(limit.low) else []
    parts += [f"below {three_digits(limit.high)}"] if np.isfinite(limit.high) else []
    return f"{limit.name} is {' and '.join(parts)}"
