"""What runs say about a mean if they are all equal: how many others may differ, instead of an interval of width 0.

Method: if a share q of all runs differed, n independent runs would all be equal with chance :math:`(1 - q)^n`. The
exact upper limit of q is where this chance is 2.5 % [Clopper1934]_. Assumption: runs are independent.

.. [Clopper1934] Clopper and Pearson: The use of confidence or fiducial limits. Biometrika 26. For 0 events of n the
   limit is near the "rule of three" of Hanley and Lippman-Hand, 1983, here for 97.5 % instead of 95 %.
"""

from __future__ import annotations

import math
from typing import Final

from redbead.analysis.intervals import LEVEL, Interval

NEGLIGIBLE: Final = 0.05
"""Share of runs that may differ for a quantity without bounds to count as equal. [0-1]"""


def share_that_may_differ(runs: int) -> float:
    r"""Upper limit of the share of runs that differ, after all of n runs were equal. [0-1]

    Parameters
    ----------
    runs : int
        Number of runs, at least 1. [runs]

    Notes
    -----
    .. math:: 1 - 0.025^{1/n}

    Examples
    --------
    >>> round(share_that_may_differ(10), 4), round(share_that_may_differ(100), 4)
    (0.3085, 0.0362)
    """
    return 1.0 - math.exp(math.log((1.0 - LEVEL) / 2.0) / runs)


def equal_runs_interval(value: float, runs: int, low: float = -math.inf, high: float = math.inf) -> Interval:
    """Interval of a mean of which all runs are equal.

    Parameters
    ----------
    value : float
        The value in every run.
    runs : int
        Number of runs, at least 1. [runs]
    low, high : float
        Bounds of the value of a single run, such as 0 and 1 for a share; unit of `value`.

    Returns
    -------
    Interval
        For a bounded quantity, the means that remain possible if the runs that may differ lie at a bound. Without
        bounds, the mean cannot be limited: the ends equal the value if at most 5 % of runs may differ (from 72 runs
        on), and the statement is then about the other 95 %; otherwise they are NaN.

    Examples
    --------
    >>> round(equal_runs_interval(0.0, 100, 0.0, 1.0).high, 4)
    0.0362
    """
    share = share_that_may_differ(runs)
    kind = f"equal in all runs, at most {100 * share:.2g} % differ, n = {runs}"
    if math.isfinite(low) and math.isfinite(high):
        return Interval(value, value - share * (value - low), value + share * (high - value), kind)
    if share > NEGLIGIBLE:
        return Interval(value, math.nan, math.nan, f"equal in all runs: no interval, n = {runs}")
    return Interval(value, value, value, kind)
