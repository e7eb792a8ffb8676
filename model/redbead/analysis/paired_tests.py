"""Two-sided tests that a mean of paired differences is 0, for several means from the same pairs at once."""

from __future__ import annotations

import numpy as np

from redbead.state.constants import Reals

_ROUNDING = 1e-12
"""Standard errors below this share of the mean come from rounding: the differences have no spread."""


def standard_errors(differences: Reals) -> Reals:
    """Standard error of each mean over pairs; exactly 0 where all pairs are equal.

    Parameters
    ----------
    differences : array
        Paired differences, shape [..., pairs]; at least two pairs.

    Returns
    -------
    array
        Shape [...]; unit of the differences.
    """
    error = differences.std(axis=-1, ddof=1) / np.sqrt(differences.shape[-1])
    return np.where(error <= _ROUNDING * np.abs(differences.mean(axis=-1)), 0.0, error)


def p_values(differences: Reals) -> Reals:
    r"""Two-sided p-value that each mean over pairs is 0: paired t-test, or sign test where all pairs are equal.

    Parameters
    ----------
    differences : array
        Paired differences, shape [..., pairs].

    Returns
    -------
    array
        Shape [...]. 1 for a single pair, which has no spread to compare with. [0-1]

    Notes
    -----
    With mean :math:`\bar d` and standard deviation :math:`s` of n differences, :math:`p = 2 P(T_{n - 1} > |\bar d|
    \sqrt{n} / s)`. The t-test assumes a mean that is close to normal. Without spread its p-value would be 0 even for
    two pairs; the exact sign test [Conover1999]_ gives :math:`p = 2^{1 - n}`, or 1 if all differences are 0.

    References
    ----------
    .. [Conover1999] Conover: Practical Nonparametric Statistics, section 3.4. Wiley 1999.

    Examples
    --------
    >>> p_values(np.array([[2.0, 2.0, 2.0, 2.0], [0.0, 0.0, 0.0, 0.0]])).tolist()
    [0.125, 1.0]
    """
    n = differences.shape[-1]
    mean = differences.mean(axis=-1)
    if n < 2:
        return np.ones_like(mean)
    from scipy.special import stdtr

    error = standard_errors(differences)
    statistic = np.abs(mean) / np.where(error > 0.0, error, 1.0)
    equal = np.where(mean == 0.0, 1.0, 2.0 ** (1 - n))
    return np.asarray(np.where(error > 0.0, 2.0 * stdtr(n - 1, -statistic), equal))


def holm(p: Reals, level: float = 0.05) -> Reals:
    r"""Which hypotheses are rejected by Holm's procedure [Holm1979]_, shape of `p`.

    The chance of any false rejection is at most `level`, under any dependence between the tests.

    Parameters
    ----------
    p : array
        P-values, shape [tests].
    level : float
        Family-wise error rate. [0-1]

    Notes
    -----
    The j-th smallest of m p-values (j = 0, 1, ...) is compared with :math:`\alpha / (m - j)`, until the first that is
    larger.

    References
    ----------
    .. [Holm1979] Holm: A simple sequentially rejective multiple test procedure. Scand. J. Stat. 6.

    Examples
    --------
    >>> holm(np.array([0.04, 0.01, 0.03])).tolist()
    [False, True, False]
    """
    order = np.argsort(p, kind="stable")
    within = p[order] <= level / np.arange(len(p), 0, -1)
    rejected = np.zeros(len(p), dtype=bool)
    rejected[order] = np.logical_and.accumulate(within)
    return rejected
