"""Shapley shares of a package: the contribution of each lever, averaged over all orders of adding them [Shapley1953]_.

``values`` has shape [2**m, runs]: an outcome with every subset of m levers; bit i of the row number stands for
lever i. All subsets are run with common random numbers, so shares are exact within each run.

.. [Shapley1953] Shapley: A value for n-person games. Contributions to the Theory of Games II, 1953.
.. [Grabisch1999] Grabisch and Roubens: An axiomatic approach to the concept of interaction. Int. J. Game Theory 28.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from redbead.analysis.intervals import Interval
from redbead.analysis.simultaneous import simultaneous_band
from redbead.state.constants import Reals

MAX_LEVERS: int = 6


class Shares(NamedTuple):
    """Shapley shares of the levers of a package, with simultaneous intervals.

    Attributes
    ----------
    levers : list of Interval
        Share of each lever.
    total : Interval
        Effect of the whole package.
    synergy : Interval
        Effect of the package minus the sum of the effects of single levers.
    pairs : dict
        Interaction index of each pair of levers.
    """

    levers: list[Interval]
    total: Interval
    synergy: Interval
    pairs: dict[tuple[int, int], Interval]


def shares(values: Reals, families: int = 1) -> Shares:
    """Estimate shares, total effect, synergy and interactions with simultaneous intervals.

    All intervals of a package on one outcome (levers, total, synergy and pairs) hold together in 95 % of samples, by
    :func:`redbead.analysis.simultaneous.simultaneous_band`; with `families` outcomes, those of all outcomes together.

    Parameters
    ----------
    values : array
        Outcome with every subset of levers, shape [2**m, runs].
    families : int
        Number of outcomes whose shares are read together.

    Returns
    -------
    Shares
        Intervals in the unit of the outcome. The ends are NaN for a single run and for a share equal in all runs.

    Raises
    ------
    ValueError
        The rows are not all subsets of one to six levers, or no run is given.
    """
    m = count_levers(values)
    of_pairs = [(a, b) for a in range(m) for b in range(a + 1, m)]
    rows = [*shapley(values), values[-1] - values[0], synergy(values), *(interaction(values, *ab) for ab in of_pairs)]
    intervals = simultaneous_band(np.stack(rows), families=families).intervals()
    return Shares(intervals[:m], intervals[m], intervals[m + 1], dict(zip(of_pairs, intervals[m + 2 :], strict=True)))


def count_levers(values: Reals) -> int:
    """Number of levers that the rows stand for.

    Raises
    ------
    ValueError
        The number of rows is not a power of two, or stands for more than six levers.
    """
    m = len(values).bit_length() - 1
    if len(values) != 2**m or not 1 <= m <= MAX_LEVERS:
        msg = f"{len(values)} rows: a package of 1 to {MAX_LEVERS} levers has 2, 4, ... or {2**MAX_LEVERS} subsets"
        raise ValueError(msg)
    return m


def shapley(values: Reals) -> Reals:
    r"""Shapley value of each lever in each run, shape [levers, runs].

    The values of all levers add up to the effect of the whole package.

    Notes
    -----
    .. math:: \phi_i = \sum_{S \not\ni i} \frac{|S|! (m - |S| - 1)!}{m!} (v(S \cup i) - v(S))

    Examples
    --------
    >>> shapley(np.array([[0.0], [1.0], [2.0], [5.0]])).ravel().tolist()
    [2.0, 3.0]
    """
    m = count_levers(values)
    contributions = np.zeros((m, values.shape[1]))
    for lever in range(m):
        for subset in range(2**m):
            if not subset >> lever & 1:
                size = subset.bit_count()
                weight = math.factorial(size) * math.factorial(m - size - 1) / math.factorial(m)
                contributions[lever] += weight * (values[subset | 1 << lever] - values[subset])
    return contributions


def synergy(values: Reals) -> Reals:
    r"""Effect of the package minus the sum of the effects of single levers, shape [runs].

    Notes
    -----
    It is 0 if levers do not interact:

    .. math:: v(N) - v(\emptyset) - \sum_i (v(\{i\}) - v(\emptyset))
    """
    alone = sum(values[1 << lever] - values[0] for lever in range(count_levers(values)))
    return np.asarray(values[-1] - values[0] - alone)


def interaction(values: Reals, a: int, b: int) -> Reals:
    r"""Shapley interaction index of two levers [Grabisch1999]_, shape [runs].

    Notes
    -----
    It is above 0 if levers a and b reinforce each other. With :math:`S_a` for S and lever a:

    .. math:: \sum_{S \not\ni a, b} \frac{|S|! (m - |S| - 2)!}{(m - 1)!} (v(S_{ab}) - v(S_a) - v(S_b) + v(S))
    """
    m = count_levers(values)
    total = np.zeros(values.shape[1])
    for subset in range(2**m):
        if not subset >> a & 1 and not subset >> b & 1:
            size = subset.bit_count()
            weight = math.factorial(size) * math.factorial(m - size - 2) / math.factorial(m - 1)
            both, one, other = subset | 1 << a | 1 << b, subset | 1 << a, subset | 1 << b
            total += weight * (values[both] - values[one] - values[other] + values[subset])
    return total
