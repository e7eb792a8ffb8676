"""The law of chance behind one visit: how many poor cases a sample shows, exactly, by sums and quadrature (E31).

The rules are those of :mod:`redbead.oversight.inspection`; here they are not drawn from but summed over. Nothing is
compiled and nothing is simulated.
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
from redbead.state.constants import GOOD, GRADE_NAMES, INADEQUATE
from redbead.state.maths import logistic, logit
from redbead.state.types import Reals

_POINTS: Final = 80
"""Nodes on each side of 0: enough for 400 cases without clustering at the widest spreads, to about 1e-8."""
_REACH: Final = 8.0
"""How far out the normal law is followed; beyond lies about 1e-15 of it. [sd]"""


class Nodes(NamedTuple):
    """Points of a normal law around 0 and the probability that each stands for."""

    at: Reals
    weight: Reals


def normal_nodes(spread: float) -> Nodes:
    """Gauss-Legendre nodes of a normal law of the given standard deviation, its two halves apart; one node at 0.

    The halves are apart because "above the median" is a step at 0, which a rule across 0 would blur.

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
    """Nodes for a standard deviation of 1; kept, because finding them costs more than all the sums over them."""
    x, w = np.polynomial.legendre.leggauss(points)
    x = 0.5 * _REACH * (x + 1.0)
    w = w * np.exp(-0.5 * x * x)
    w = w / (2.0 * w.sum())
    return Nodes(np.concatenate([-x[::-1], x]), np.concatenate([w[::-1], w]))


def count_law(n: int, chances: Reals, icc: float) -> Reals:
    """P(k poor cases of `n`) for each of `chances`, whose cases correlate by `icc`. [probability, chances x (n + 1)]

    The beta-binomial law as products, so that the binomial is its value at icc = 0 and no special case:
    C(n, k) prod_{i<k} (p + i t) prod_{i<n-k} (1 - p + i t) / prod_{i<n} (1 + i t), with t = icc / (1 - icc).

    >>> count_law(2, np.array([0.5]), 0.0)[0].round(9).tolist()
    [0.25, 0.5, 0.25]
    """
    steps = np.arange(n) * (icc / (1.0 - icc))
    p = chances[:, None]
    log_poor, log_other = _log_products(p + steps), _log_products(1.0 - p + steps)
    log_factorial = _log_products(np.arange(1.0, n + 1.0)[None])[0]
    log_choose = log_factorial[-1] - log_factorial - log_factorial[::-1]
    whole = np.log1p(steps).sum()
    return np.asarray(np.exp(log_choose + log_poor + log_other[:, ::-1] - whole))


def _log_products(factors: Reals) -> Reals:
    """Logarithms of the products of the first 0, 1, ... factors of each row."""
    sums = np.cumsum(np.log(factors), axis=1)
    return np.concatenate([np.zeros((len(factors), 1)), sums], axis=1)


def sum_law(pairs: Reals) -> Reals:
    """The law of the sum of two counts from the probability of each pair of them.

    >>> sum_law(np.array([[0.25, 0.25], [0.25, 0.25]])).tolist()
    [0.25, 0.5, 0.25]
    """
    rows, columns = pairs.shape
    total = np.zeros(rows + columns - 1)
    for k in range(rows):
        total[k : k + columns] += pairs[k]
    return total


def passing_spread(c: Inspection) -> float:
    """Spread of what differs from visit to visit of one authority: who inspects, and what is passing. [logit]"""
    return averaging_factor(c.snapshots) * math.hypot(c.leniency_spread, c.transient_spread)


def nominated_cases(c: Inspection) -> int:
    """How many cases of a sample the authority nominates. [cases]

    Asked of the rule itself: where drawn cases are never poor and nominated ones always are, the share of poor
    cases is the nominated share.

    >>> nominated_cases(Inspection(nominated=0.5))
    14
    """
    n = int(c.cases_tracked)
    with np.errstate(over="ignore"):  # the dice overflow on purpose
        return round(n * sampled_share(np.uint64(0), rng.SAMPLE, 0, 0, n, 0.0, 1.0, c))


def sample_law(poor: float, c: Inspection) -> Reals:
    """P(k poor cases) at a visit to an authority whose true share of poor cases is `poor`. [probability]

    Summed over inspectors and passing states; visible quality is at its reference and nothing is dressed up.
    """
    n, chosen, icc = int(c.cases_tracked), nominated_cases(c), sample_correlation(c)
    noise = normal_nodes(passing_spread(c))
    drawn = count_law(n - chosen, _chances(poor, noise, c.odds_of_poor, c), icc)
    if chosen == 0:
        return over_nodes(noise.weight, drawn)
    offered = count_law(chosen, _chances(poor, noise, c.nominated_odds, c), icc)
    return sum_law(np.einsum("vj,vk->jk", noise.weight[:, None] * drawn, offered))


def over_nodes(weights: Reals, table: Reals) -> Reals:
    """Sum of the rows of a table, weighted.

    Not by the threaded matrix product: for tables as small as these its threads wait for each other longer than they
    work, and its last digits depend on the machine.
    """
    return np.asarray(np.einsum("v,vk->k", weights, table))


def _chances(poor: float, noise: Nodes, odds: float, c: Inspection) -> Reals:
    """Chance that a case is judged poor under each of the passing circumstances. [0-1]"""
    here = c._replace(poor_share=poor)
    return np.array([poor_share(1.0, 0.0, float(shift), odds, 0.0, here) for shift in noise.at])


def grade_masks(c: Inspection) -> Reals:
    """Which grade each count of poor cases gives: 1 or 0. [(n + 1) x 4]"""
    n = int(c.cases_tracked)
    grades = np.array([grade_of(k / n, c) for k in range(n + 1)])
    return np.asarray(grades[:, None] == np.arange(len(GRADE_NAMES)), dtype=np.float64)


class AuthorityPopulation(NamedTuple):
    """The authorities that are inspected: how many, and how far they truly differ."""

    spread: Annotated[
        float, Param("logit", 0, 1, "spread of true quality between authorities, as log-odds of a poor case")
    ] = 0.6
    authorities: Annotated[
        float,
        Param("authorities", 2, 1000, "how many are inspected", "measured", "about 150 in England: DfE", whole=True),
    ] = 150.0


class GradeDistribution(NamedTuple):
    """What visits make of one nation.

    `law` is P(k poor cases) at a visit; `grades` P(grade); `pairs` P(grade now and grade next); `seen_spread` the
    standard deviation of the share seen; `reliability` the correlation of the shares seen at two visits; `mistaken`
    P(found inadequate, and truly better than the median).
    """

    law: Reals
    grades: Reals
    pairs: Reals
    seen_spread: float
    reliability: float
    mistaken: float

    def next_time(self) -> Reals:
        """P(grade at the next visit, given the grade now); NaN where a grade never happens. [4 x 4]"""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.pairs / self.grades[:, None])

    def better_next(self) -> float:
        """Of those inadequate, the share with a better grade next time, though nothing has changed. [share]"""
        return float(self.next_time()[INADEQUATE, :INADEQUATE].sum())

    def good_next(self) -> float:
        """Of those inadequate, the share that is good or better next time, though nothing has changed. [share]"""
        return float(self.next_time()[INADEQUATE, : GOOD + 1].sum())

    def rise(self) -> float:
        """Of all, the share with a better grade next time; as many have a worse one. [share]"""
        return float(np.tril(self.pairs, -1).sum())


def group(c: Inspection, spread: float) -> GradeDistribution:
    """What visits make of authorities whose true shares of poor cases spread by `spread` around the median. [logit]"""
    truths = normal_nodes(spread)
    shares = [logistic(logit(c.poor_share) + float(shift)) for shift in truths.at]
    laws = np.stack([sample_law(share, c) for share in shares])
    grades = np.einsum("tk,kg->tg", laws, grade_masks(c))
    seen = np.arange(laws.shape[1]) / (laws.shape[1] - 1)
    law = over_nodes(truths.weight, laws)
    means = np.einsum("tk,k->t", laws, seen)
    mean = float((truths.weight * means).sum())
    variance = float((law * (seen - mean) ** 2).sum())
    lasting = float((truths.weight * (means - mean) ** 2).sum())
    above = truths.at < 0.0  # a smaller share of poor cases is better
    return GradeDistribution(
        law=law,
        grades=over_nodes(truths.weight, grades),
        pairs=np.einsum("t,tg,th->gh", truths.weight, grades, grades),
        seen_spread=math.sqrt(variance),
        reliability=lasting / variance,
        mistaken=float((truths.weight * grades[:, INADEQUATE])[above].sum()),
    )
