"""Exact distribution of poor cases in an inspection sample, and of grades, by sums and quadrature (E31).

The rules are those of :mod:`redbead.oversight.inspection`, summed instead of sampled. Nothing is compiled or simulated.
"""

from __future__ import annotations

import functools
import math
from typing import Annotated, Final, NamedTuple

import numpy as np

from redbead import rng
from redbead.oversight.inspection import (
    Inspection,
    averaging_factor,
    grade_of,
    poor_share,
    sample_correlation,
    sampled_share,
)
from redbead.quantities import Param
from redbead.state.constants import GOOD, GRADE_NAMES, INADEQUATE, Reals
from redbead.state.maths import logistic, logit

_POINTS: Final = 80
"""Nodes on each side of 0. The error is about 1e-8 for 400 cases without clustering at the largest spread."""
_REACH: Final = 8.0
"""Range of the quadrature; the probability outside is about 1e-15. [sd]"""


class Nodes(NamedTuple):
    """Quadrature nodes of a normal distribution with mean 0, and their weights."""

    at: Reals
    weight: Reals


def normal_nodes(spread: float) -> Nodes:
    """Gauss-Legendre nodes of a normal distribution, one rule per half; a single node if `spread` is 0.

    "Better than the median" is a step at 0, which a single rule across 0 would not resolve.

    Parameters
    ----------
    spread : float
        Standard deviation.

    Returns
    -------
    Nodes
        Nodes and weights.

    Examples
    --------
    >>> nodes = normal_nodes(0.6)
    >>> round(float(nodes.weight @ nodes.at**2), 9), normal_nodes(0.0).at.size
    (0.36, 1)
    """
    if spread <= 0.0:
        return Nodes(np.zeros(1), np.ones(1))
    at, weight = _standard_nodes(_POINTS)
    return Nodes(spread * at, weight)


@functools.cache
def _standard_nodes(points: int) -> Nodes:
    """Nodes for a standard deviation of 1, cached because computing them costs more than all sums over them."""
    x, w = np.polynomial.legendre.leggauss(points)
    x = 0.5 * _REACH * (x + 1.0)
    w = w * np.exp(-0.5 * x * x)
    w = w / (2.0 * w.sum())
    return Nodes(np.concatenate([-x[::-1], x]), np.concatenate([w[::-1], w]))


def count_distribution(n: int, chances: Reals, icc: float) -> Reals:
    r"""Distribution of the number of poor cases in a sample of correlated cases.

    Parameters
    ----------
    n : int
        Number of cases.
    chances : array
        Probabilities that a case is poor. [0-1]
    icc : float
        Intraclass correlation of the cases. [0-1]

    Returns
    -------
    array
        P(k poor cases) for each probability. [chances, n + 1]

    Notes
    -----
    The beta-binomial distribution, written as products so that the binomial is its value at icc = 0:

    .. math::

        \binom{n}{k} \frac{\prod_{i<k} (p + i t) \prod_{i<n-k} (1 - p + i t)}{\prod_{i<n} (1 + i t)},
        \qquad t = \frac{icc}{1 - icc}

    Examples
    --------
    >>> count_distribution(2, np.array([0.5]), 0.0)[0].round(9).tolist()
    [0.25, 0.5, 0.25]
    """
    steps = np.arange(n) * (icc / (1.0 - icc))
    p = chances[:, None]
    log_poor, log_other = _log_products(p + steps), _log_products(1.0 - p + steps)
    log_factorial = _log_products(np.arange(1.0, n + 1.0)[None])[0]
    log_choose = log_factorial[-1] - log_factorial - log_factorial[::-1]
    log_total = np.log1p(steps).sum()
    return np.asarray(np.exp(log_choose + log_poor + log_other[:, ::-1] - log_total))


def _log_products(factors: Reals) -> Reals:
    """Logarithms of the products of the first 0, 1, ... factors of each row."""
    sums = np.cumsum(np.log(factors), axis=1)
    return np.concatenate([np.zeros((len(factors), 1)), sums], axis=1)


def sum_distribution(transitions: Reals) -> Reals:
    """Distribution of the sum of two counts, from their joint distribution.

    >>> sum_distribution(np.array([[0.25, 0.25], [0.25, 0.25]])).tolist()
    [0.25, 0.5, 0.25]
    """
    rows, columns = transitions.shape
    total = np.zeros(rows + columns - 1)
    for k in range(rows):
        total[k : k + columns] += transitions[k]
    return total


def transient_sd(c: Inspection) -> float:
    """Standard deviation of differences between visits to an authority: inspectors and transient conditions. [logit]"""
    return averaging_factor(c.snapshots) * math.hypot(c.leniency_spread, c.transient_spread)


def nominated_cases(c: Inspection) -> int:
    """Number of cases that the authority nominates. [cases]

    The number comes from the sampling rule itself: if random cases are never poor and nominated cases always are, the
    share of poor cases is the share of nominated cases.

    >>> nominated_cases(Inspection(nominated=0.5))
    14
    """
    n = int(c.cases_tracked)
    with np.errstate(over="ignore"):  # integer overflow is intended in the random number generator
        return round(n * sampled_share(np.uint64(0), rng.SAMPLE, 0, 0, n, 0.0, 1.0, c))


def sample_distribution(poor: float, c: Inspection) -> Reals:
    """Distribution of the number of poor cases at a visit, given the true share of poor cases.

    The sum is over inspectors and transient conditions. Visible quality is at its reference, without gaming.

    Parameters
    ----------
    poor : float
        True share of poor cases. [0-1]
    c : Inspection
        Parameters of inspections.

    Returns
    -------
    array
        P(k poor cases). [n + 1]
    """
    n, nominated_count, icc = int(c.cases_tracked), nominated_cases(c), sample_correlation(c)
    noise = normal_nodes(transient_sd(c))
    random_cases = count_distribution(n - nominated_count, _poor_probabilities(poor, noise, c.odds_of_poor, c), icc)
    if nominated_count == 0:
        return sum_rows(noise.weight, random_cases)
    nominated = count_distribution(nominated_count, _poor_probabilities(poor, noise, c.nominated_odds, c), icc)
    return sum_distribution(np.einsum("vj,vk->jk", noise.weight[:, None] * random_cases, nominated))


def sum_rows(weights: Reals, table: Reals) -> Reals:
    """Weighted sum of the rows of a table.

    ``einsum`` avoids the threaded matrix product, which is slower for small tables and whose last digits depend on the
    machine.
    """
    return np.asarray(np.einsum("v,vk->k", weights, table))


def _poor_probabilities(poor: float, noise: Nodes, odds: float, c: Inspection) -> Reals:
    """Probability that a case is judged poor under each transient condition. [0-1]"""
    at_share = c._replace(poor_share=poor)
    return np.array([poor_share(1.0, 0.0, float(shift), odds, 0.0, at_share) for shift in noise.at])


def grade_masks(c: Inspection) -> Reals:
    """Whether each number of poor cases gives each grade (1 or 0). [n + 1, 4]"""
    n = int(c.cases_tracked)
    grades = np.array([grade_of(k / n, c) for k in range(n + 1)])
    return np.asarray(grades[:, None] == np.arange(len(GRADE_NAMES)), dtype=np.float64)


class AuthorityPopulation(NamedTuple):
    """The inspected authorities: their number and the spread of their true quality."""

    # fmt: off
    spread: Annotated[float, Param(
        "logit", 0, 1, "spread of true quality between authorities, as log-odds of a poor case")] = 0.6
    authorities: Annotated[float, Param("authorities", 2, 1000, "number of inspected authorities", "measured",
        "about 150 in England: DfE", whole=True)] = 150.0
    # fmt: on


class GradeDistribution(NamedTuple):
    """Distribution of grades in a population of authorities.

    Attributes
    ----------
    poor_cases : array
        P(k poor cases) at a visit. [n + 1]
    grades : array
        P(grade). [4]
    transitions : array
        P(grade at this visit and grade at the next). [4, 4]
    observed_sd : float
        Standard deviation of the observed share of poor cases.
    reliability : float
        Correlation between the observed shares of two visits to the same authority.
    wrongly_inadequate : float
        P(graded inadequate, and truly better than the median).
    """

    poor_cases: Reals
    grades: Reals
    transitions: Reals
    observed_sd: float
    reliability: float
    wrongly_inadequate: float

    def next_grade(self) -> Reals:
        """P(grade at the next visit, given the grade now); NaN for a grade with probability 0. [4, 4]"""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.transitions / self.grades[:, None])

    def better_next(self) -> float:
        """Share of inadequate authorities that have a better grade at the next visit without any change. [share]"""
        return float(self.next_grade()[INADEQUATE, :INADEQUATE].sum())

    def good_next(self) -> float:
        """Share of inadequate authorities that are good or better at the next visit without any change. [share]"""
        return float(self.next_grade()[INADEQUATE, : GOOD + 1].sum())

    def share_rising(self) -> float:
        """Share of all authorities with a better grade at the next visit; as many have a worse grade. [share]"""
        return float(np.tril(self.transitions, -1).sum())


def grades_of_population(c: Inspection, spread: float) -> GradeDistribution:
    """Distribution of grades of authorities whose true share of poor cases varies around the median.

    Parameters
    ----------
    c : Inspection
        Parameters of inspections.
    spread : float
        Standard deviation of the true share of poor cases. [logit]

    Returns
    -------
    GradeDistribution
        Grades, transitions and reliability.
    """
    true_logits = normal_nodes(spread)
    shares = [logistic(logit(c.poor_share) + float(shift)) for shift in true_logits.at]
    distributions = np.stack([sample_distribution(share, c) for share in shares])
    grades = np.einsum("tk,kg->tg", distributions, grade_masks(c))
    observed_shares = np.arange(distributions.shape[1]) / (distributions.shape[1] - 1)
    poor_cases = sum_rows(true_logits.weight, distributions)
    means = np.einsum("tk,k->t", distributions, observed_shares)
    mean = float((true_logits.weight * means).sum())
    variance = float((poor_cases * (observed_shares - mean) ** 2).sum())
    between_variance = float((true_logits.weight * (means - mean) ** 2).sum())
    better = true_logits.at < 0.0  # a smaller share of poor cases is better
    return GradeDistribution(
        poor_cases=poor_cases,
        grades=sum_rows(true_logits.weight, grades),
        transitions=np.einsum("t,tg,th->gh", true_logits.weight, grades, grades),
        observed_sd=math.sqrt(variance),
        reliability=between_variance / variance,
        wrongly_inadequate=float((true_logits.weight * grades[:, INADEQUATE])[better].sum()),
    )
