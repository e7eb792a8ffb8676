"""Switching values: the value of an uncertain parameter at which the sign of an advantage changes [GreenBook2022]_.

**Statements and their error rates.** A reversal is reported if any tried value beyond the assumed one shows the other
sign, tested by Holm's procedure over all tried values except the assumed one: if no true advantage has the other sign,
a reversal is reported in at most 5 % of searches. "Holds for all values" is stated only if every tried value is clear
of 0 on the same side, each at 5 % (intersection-union test [Berger1982]_): if any tried value has a true advantage of 0
or of the other sign, this is stated in at most 5 % of searches, without a correction.

**Limits.** Between the tried values the advantage is interpolated linearly, so that a change of sign and back between
two neighbouring values is not seen, and a curve has a switching value that differs from that of its chords. One
parameter is changed at a time: the others keep their assumed values, and two that change together may reverse a result
that neither reverses alone.

.. [GreenBook2022] HM Treasury, The Green Book, 2022, section 5: switching values.
.. [Berger1982] Berger: Multiparameter hypothesis testing and acceptance sampling. Technometrics 24.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.intervals import percentile_interval, resampled_means
from redbead.analysis.means import estimate_mean, p_value
from redbead.analysis.pairwise import holm
from redbead.state.constants import Reals

LEVEL: Final = 0.05
"""Error rate of each statement. [0-1]"""


class SwitchingValue(NamedTuple):
    """Value of a parameter at which an advantage changes its sign, on one side of the assumed value.

    Attributes
    ----------
    value, low, high : float
        Switching value with its 95 % bootstrap interval, in the unit of the parameter.
    significant : bool
        Whether a tried value beyond has the other sign after Holm's correction.
    """

    value: float
    low: float
    high: float
    significant: bool


class TriedValue(NamedTuple):
    """Advantage at one value that was run.

    Attributes
    ----------
    value : float
        Value of the parameter.
    advantage : float
        Mean advantage.
    clear : bool
        Whether the advantage differs from 0 at 5 %, without correction.
    corrected : bool
        The same with Holm's correction over all values except the assumed one, which has no correction.
    """

    value: float
    advantage: float
    clear: bool
    corrected: bool


class SwitchingValues(NamedTuple):
    """Sign of an advantage over the range of one parameter.

    Attributes
    ----------
    assumed, lowest, highest : float
        Assumed value and range that was searched, in the unit of the parameter.
    advantage : float
        Mean advantage at the assumed value.
    below, above : SwitchingValue or None
        Switching values on either side of the assumed value; None where no mean changes its sign.
    share_below, share_above : float
        Share of resamples with the same change of sign; NaN where there is none. [0-1]
    tried : tuple of TriedValue
        All values that were run, sorted.
    """

    assumed: float
    lowest: float
    highest: float
    advantage: float
    below: SwitchingValue | None
    above: SwitchingValue | None
    share_below: float
    share_above: float
    tried: tuple[TriedValue, ...]

    @property
    def clear(self) -> bool:
        """Whether the advantage at the assumed value differs from 0."""
        return any(item.clear for item in self.tried if item.value == self.assumed)

    @property
    def holds(self) -> bool:
        """Whether the advantage is clear of 0 on the same side at every tried value."""
        return all(item.clear and item.advantage * self.advantage > 0.0 for item in self.tried)


def find_switching_values(at: Reals, advantage: Reals, assumed: float) -> SwitchingValues:
    r"""Find the switching values of one parameter by linear interpolation between the values that were run.

    Parameters
    ----------
    at : array
        Values that were run, sorted, including the assumed value, shape [values].
    advantage : array
        Advantage of the policy in the same runs at each value, shape [values, pairs]; at least two pairs.
    assumed : float
        Value that the model assumes.

    Notes
    -----
    On each side, the nearest tried value with a significant advantage of the other sign (or, if there is none, the
    nearest mean of the other sign) belongs to a region of that sign. The switching value is where the line through the
    last value before the region, :math:`(x_k, y_k)`, and its first value, :math:`(x_j, y_j)`, crosses 0:

    .. math:: x_k + (x_j - x_k) \frac{y_k}{y_k - y_j}

    Its interval holds the percentiles of the same change of sign in resamples of the pairs, at the expanded level of
    [Hesterberg2015]_, which allows for few pairs: tails of :math:`\Phi(-\sqrt{n / (n - 1)} \, t_{0.975, n - 1})`.

    References
    ----------
    .. [Hesterberg2015] Hesterberg: What teachers should know about the bootstrap. Am. Stat. 69, section 5.3.
    """
    start = int(np.argmin(np.abs(at - assumed)))
    mean, p = advantage.mean(axis=1), np.array([p_value(estimate_mean(row)) for row in advantage])
    others = np.arange(len(at)) != start
    corrected = p <= LEVEL
    corrected[others] = holm(p[others], LEVEL)
    tried = tuple(
        TriedValue(float(x), float(y), bool(q <= LEVEL), bool(c))
        for x, y, q, c in zip(at, mean, p, corrected, strict=True)
    )
    below, above = (
        _switching_value(at, advantage, tried, places) for places in (range(start, -1, -1), range(start, len(at)))
    )
    return SwitchingValues(
        float(at[start]), float(at[0]), float(at[-1]), float(mean[start]), below[0], above[0], below[1], above[1], tried
    )


def _switching_value(
    at: Reals, advantage: Reals, tried: tuple[TriedValue, ...], places: range
) -> tuple[SwitchingValue | None, float]:
    """Switching value on the side that `places` lead to from the assumed value, and the share of resamples with it."""
    direction = np.sign(tried[places[0]].advantage)
    opposite = [k for k, place in enumerate(places) if tried[place].advantage * direction < 0.0]
    proven = [k for k in opposite if tried[places[k]].corrected]
    if not opposite:
        return None, math.nan
    on_the_way = list(places[: (proven or opposite)[0] + 1])
    ordered, signed = at[on_the_way], direction * advantage[on_the_way]
    crossings = _crossings(ordered, resampled_means(signed))
    value = float(_crossings(ordered, signed.mean(axis=1)[None])[0])
    interval = percentile_interval(crossings, _expanded_level(advantage.shape[1]))
    return SwitchingValue(value, *interval, bool(proven)), float(np.isfinite(crossings).mean())


def _crossings(at: Reals, rows: Reals) -> Reals:
    """Change of sign in each row that is nearest to its end.

    NaN for a row that is not below 0 at its end, or is nowhere above 0.
    """
    above = rows > 0.0
    crosses = (rows[:, -1] < 0.0) & above.any(axis=1)
    last = np.where(crosses, rows.shape[1] - 1 - np.argmax(above[:, ::-1], axis=1), 0)
    each = np.arange(len(rows))
    y, beyond = rows[each, last], rows[each, last + 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        value = at[last] + (at[last + 1] - at[last]) * y / (y - beyond)
    return np.where(crosses, value, np.nan)


def _expanded_level(pairs: int) -> float:
    """Coverage at which percentiles of a bootstrap have to be taken for an interval of 95 % [Hesterberg2015]_. [0-1]

    >>> round(_expanded_level(10), 4), round(_expanded_level(1000), 3)
    (0.9829, 0.95)
    """
    from scipy.special import ndtr, stdtrit

    return 1.0 - 2.0 * float(ndtr(-math.sqrt(pairs / (pairs - 1)) * stdtrit(pairs - 1, 1.0 - LEVEL / 2.0)))
