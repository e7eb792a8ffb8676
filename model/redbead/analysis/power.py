r"""Number of runs for a stated power: how many would show the smallest difference that matters.

A number of runs that would separate the *estimated* difference is no basis for a decision: if the estimate is right, so
many runs separate it with a probability of one half, and if there is no difference, in 5 % [Hoenig2001]_. The number
here is for a difference that is stated in advance, with a probability of 80 %.

.. [Hoenig2001] Hoenig and Heisey: The abuse of power. The American Statistician 55.
.. [Cohen1988] Cohen: Statistical power analysis for the behavioral sciences, section 2.3. Erlbaum 1988.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from redbead.analysis.intervals import LEVEL

POWER: Final = 0.8
"""Probability that the runs show a difference of the stated size. [0-1]"""

MOST_UNITS: Final = 10_000_000
"""Largest number of units that is stated."""


class FurtherUnits(NamedTuple):
    """Further runs, or further draws, for the power of 80 %.

    Attributes
    ----------
    number, low, high : int
        Further units at the estimated spread, and at both ends of its 95 % interval; 0 if the present ones are enough.
    noun : str
        ``runs`` or ``draws``.
    total : int
        Present and further units.
    difference : float
        Difference that they show, in the unit of the outcome.
    """

    number: int
    low: int
    high: int
    noun: str
    total: int
    difference: float


def units_for_power(ratio: float, significance: float = 1.0 - LEVEL, power: float = POWER) -> int:
    r"""Smallest number of units with which a paired t-test shows a difference [Cohen1988]_.

    Parameters
    ----------
    ratio : float
        True difference divided by the standard deviation between units.
    significance : float
        Significance level of the two-sided test. [0-1]
    power : float
        Probability of a significant difference in the right direction. [0-1]

    Returns
    -------
    int
        Units, at least 2 and at most `MOST_UNITS`.

    Notes
    -----
    With the ratio d the smallest n with

    .. math:: P(T'_{n - 1}(d \sqrt n) > t_{1 - \alpha / 2, n - 1}) \ge power

    where :math:`T'` has the noncentral t distribution.

    Examples
    --------
    >>> units_for_power(0.5), units_for_power(0.2)
    (34, 199)
    """
    if not ratio > 0.0:
        return MOST_UNITS
    low, high = 1, 2  # fewer than two units have no power
    while high < MOST_UNITS and _power(high, ratio, significance) < power:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _power(middle, ratio, significance) < power else (low, middle)
    return min(high, MOST_UNITS)


def _power(n: int, ratio: float, significance: float) -> float:
    """Power of the paired t-test with n units."""
    from scipy.special import nctdtr, stdtrit

    critical = float(stdtrit(n - 1, 1.0 - significance / 2.0))
    return 1.0 - float(nctdtr(n - 1, ratio * math.sqrt(n), critical))


def further_units(
    sd: float, units: int, difference: float, *, noun: str, significance: float = 1.0 - LEVEL
) -> FurtherUnits | None:
    r"""Further units for the power of 80 % at a difference, with a range from the uncertainty of the spread.

    Parameters
    ----------
    sd : float
        Estimated standard deviation between units, in the unit of the outcome.
    units : int
        Number of units from which it is estimated.
    difference : float
        Smallest difference that matters, in the unit of the outcome.
    noun : str
        ``runs`` or ``draws``.
    significance : float
        Significance level of the test. [0-1]

    Returns
    -------
    FurtherUnits or None
        None if the spread is not known or 0, or the difference is 0.

    Notes
    -----
    The 95 % interval of the standard deviation of normal values, with n - 1 degrees of freedom, is

    .. math:: s \sqrt{(n - 1) / \chi^2_{0.975}} \text{ to } s \sqrt{(n - 1) / \chi^2_{0.025}}
    """
    if not (units > 1 and sd > 0.0 and difference > 0.0):
        return None
    from scipy.special import chdtri

    scales = [1.0, *(math.sqrt((units - 1) / float(chdtri(units - 1, upper))) for upper in (0.025, 0.975))]
    totals = [units_for_power(difference / (sd * scale), significance) for scale in scales]
    further = [max(0, total - units) for total in totals]
    return FurtherUnits(further[0], further[1], further[2], noun, max(units, totals[0]), difference)
