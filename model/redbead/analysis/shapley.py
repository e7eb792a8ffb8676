"""Shares of a package: what each lever adds, over all orders in which the levers could have come [Shapley1953]_.

`values` is [2**m, runs]: an outcome with every subset of m levers, bit i of the row standing for lever i. All subsets
meet the same dice, so that shares are exact run by run.

.. [Shapley1953] Shapley: A value for n-person games. Contributions to the Theory of Games II, 1953.
.. [Grabisch1999] Grabisch and Roubens: An axiomatic approach to the concept of interaction. Int. J. Game Theory 28.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from redbead.analysis.intervals import Interval, t_interval
from redbead.state.types import Reals

MOST: int = 6


class Shares(NamedTuple):
    """The share of each lever, what the whole adds, and by how much it is more than the sum of each lever alone."""

    levers: list[Interval]
    total: Interval
    synergy: Interval
    pairs: dict[tuple[int, int], Interval]


def shares(values: Reals) -> Shares:
    """Shares, total effect and synergy with their intervals.

    Raises
    ------
    ValueError
        The rows are not all subsets of one to six levers.
    """
    m = levers_of(values)
    pairs = {(a, b): t_interval(interaction(values, a, b)) for a in range(m) for b in range(a + 1, m)}
    each = shapley(values)
    return Shares(
        [t_interval(row) for row in each], t_interval(values[-1] - values[0]), t_interval(synergy(values)), pairs
    )


def levers_of(values: Reals) -> int:
    """How many levers the rows stand for.

    Raises
    ------
    ValueError
        Their number is no power of two, or stands for more than six levers.
    """
    m = len(values).bit_length() - 1
    if len(values) != 2**m or not 1 <= m <= MOST:
        msg = f"{len(values)} rows: a package of 1 to {MOST} levers has 2, 4, ... or {2**MOST} subsets"
        raise ValueError(msg)
    return m


def shapley(values: Reals) -> Reals:
    r"""Shapley's value of each lever in each run, [levers, runs]; they add up to the effect of the whole package.

    Notes
    -----
    .. math:: \phi_i = \sum_{S \not\ni i} \frac{|S|! (m - |S| - 1)!}{m!} (v(S \cup i) - v(S))

    Examples
    --------
    >>> shapley(np.array([[0.0], [1.0], [2.0], [5.0]])).ravel().tolist()
    [2.0, 3.0]
    """
    m = levers_of(values)
    found = np.zeros((m, values.shape[1]))
    for lever in range(m):
        for subset in range(2**m):
            if not subset >> lever & 1:
                size = subset.bit_count()
                weight = math.factorial(size) * math.factorial(m - size - 1) / math.factorial(m)
                found[lever] += weight * (values[subset | 1 << lever] - values[subset])
    return found


def synergy(values: Reals) -> Reals:
    """By how much the whole adds more than each lever alone, summed: 0 where levers do not touch each other. [runs]"""
    alone = sum(values[1 << lever] - values[0] for lever in range(levers_of(values)))
    return np.asarray(values[-1] - values[0] - alone)


def interaction(values: Reals, a: int, b: int) -> Reals:
    """Shapley's interaction index of two levers [Grabisch1999]_: above 0 they help each other. [runs]"""
    m = levers_of(values)
    total = np.zeros(values.shape[1])
    for subset in range(2**m):
        if not subset >> a & 1 and not subset >> b & 1:
            size = subset.bit_count()
            weight = math.factorial(size) * math.factorial(m - size - 2) / math.factorial(m - 1)
            both, one, other = subset | 1 << a | 1 << b, subset | 1 << a, subset | 1 << b
            total += weight * (values[both] - values[one] - values[other] + values[subset])
    return total
