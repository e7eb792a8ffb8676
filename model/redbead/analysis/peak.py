"""Interval of a peak or dip: the largest or smallest of several means over the same runs, for example of quarters.

The largest of several estimates lies above the largest of their true values on average, because it is chosen for its
error as well. Its own t-interval is therefore wrong, and more so the more quarters there are.

Method: all quarters have simultaneous 95 % intervals (:mod:`redbead.analysis.simultaneous`). If all of them contain
their true values, the largest true value lies between the largest lower end and the largest upper end. The interval
holds in at least 95 % of samples, for any serial correlation; it is too wide if many quarters are nearly equal.
"""

from __future__ import annotations

import numpy as np

from redbead.analysis.intervals import Interval
from redbead.analysis.simultaneous import simultaneous_band, varies
from redbead.state.constants import Reals


def peak_interval(values: Reals) -> Interval:
    r"""Largest mean of several quantities, with its interval.

    Parameters
    ----------
    values : array
        Estimate of each quarter plus the influence of each run on it. Rows that are NaN are left out. [quarters, runs]

    Returns
    -------
    Interval
        Unit of the values. NaN without any quarter; the ends are NaN if no quarter varies between runs.

    Notes
    -----
    With simultaneous intervals :math:`(l_q, u_q)` of the quarters q:

    .. math:: (\max_q l_q, \max_q u_q)

    A quarter that is equal in all runs gives no lower end, and its value as upper end.

    Examples
    --------
    >>> peak_interval(np.array([[0.0, 2.0, 1.0], [5.0, 6.0, 7.0]])).mean
    6.0
    """
    known = values[~np.isnan(values).any(axis=1)]
    if known.size == 0:
        return Interval(np.nan, np.nan, np.nan, "no estimate")
    band = simultaneous_band(known)
    spread = varies(known)
    if known.shape[1] < 2 or not spread.any():
        return Interval(float(band.mean.max()), np.nan, np.nan, "no interval: no spread between runs")
    low = float(band.low[spread].max())
    high = float(np.where(spread, band.high, band.mean).max())
    return Interval(float(band.mean.max()), low, high, band.kind.replace("95 %", "95 % peak of"))


def dip_interval(values: Reals) -> Interval:
    """Smallest mean of several quantities, with its interval: the mirror image of :func:`peak_interval`.

    Examples
    --------
    >>> dip_interval(np.array([[0.0, 2.0, 1.0], [5.0, 6.0, 7.0]])).mean
    1.0
    """
    mean, low, high, kind = peak_interval(-values)
    return Interval(-mean, -high, -low, kind.replace("peak", "dip"))
