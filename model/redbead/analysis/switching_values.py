"""Switching values: the value of an uncertain parameter at which the sign of an advantage changes [GreenBook2022]_.

.. [GreenBook2022] HM Treasury, The Green Book, 2022, section 5: switching values.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from redbead.analysis.intervals import percentile_interval, resampled_means, t_interval
from redbead.state.constants import Reals


class SwitchingValue(NamedTuple):
    """Value of a parameter at which an advantage changes its sign, on one side of the assumed value.

    Attributes
    ----------
    value, low, high : float
        Switching value with its 95 % interval, in the unit of the parameter.
    significant : bool
        Whether the advantage beyond the switching value differs from 0: its 95 % interval excludes 0.
    """

    value: float
    low: float
    high: float
    significant: bool


class SwitchingValues(NamedTuple):
    """Sign of an advantage over the range of one parameter.

    Attributes
    ----------
    assumed, lowest, highest : float
        Assumed value and range that was searched, in the unit of the parameter.
    advantage : float
        Mean advantage at the assumed value.
    below, above : SwitchingValue or None
        Nearest switching values on either side of the assumed value.
    """

    assumed: float
    lowest: float
    highest: float
    advantage: float
    below: SwitchingValue | None
    above: SwitchingValue | None


def find_switching_values(at: Reals, advantage: Reals, assumed: float) -> SwitchingValues:
    """Find the switching values of one parameter by linear interpolation between the values that were run.

    Parameters
    ----------
    at : array
        Values that were run, sorted, including the assumed value, shape [values].
    advantage : array
        Advantage of the policy in the same runs at each value, shape [values, pairs].
    assumed : float
        Value that the model assumes.
    """
    assumed_index = int(np.argmin(np.abs(at - assumed)))
    mean = advantage.mean(axis=1)
    resampled = resampled_means(advantage)
    below = _first_sign_change(at, advantage, mean, resampled, range(assumed_index, 0, -1), -1)
    above = _first_sign_change(at, advantage, mean, resampled, range(assumed_index, len(at) - 1), 1)
    return SwitchingValues(
        float(at[assumed_index]), float(at[0]), float(at[-1]), float(mean[assumed_index]), below, above
    )


def _first_sign_change(
    at: Reals, advantage: Reals, mean: Reals, resampled: Reals, places: range, step: int
) -> SwitchingValue | None:
    """First change of sign in one direction; every resample interpolates in the same direction."""
    for k in places:
        if mean[k] * mean[k + step] <= 0.0 and mean[k] != mean[k + step]:
            beyond = t_interval(advantage[k + step])
            low, high = percentile_interval(np.array([_first_crossing(at, row, places, step) for row in resampled]))
            significant = beyond.low > 0.0 or beyond.high < 0.0
            return SwitchingValue(_interpolate_zero(at, mean, k, k + step), low, high, significant)
    return None


def _first_crossing(at: Reals, row: Reals, places: range, step: int) -> float:
    """Parameter value at which one resample first crosses 0; NaN if it does not."""
    for k in places:
        if row[k] * row[k + step] <= 0.0 and row[k] != row[k + step]:
            return _interpolate_zero(at, row, k, k + step)
    return float("nan")


def _interpolate_zero(at: Reals, row: Reals, k: int, j: int) -> float:
    """Parameter value at which the line through two points crosses 0: :math:`x_k + (x_j - x_k) y_k / (y_k - y_j)`."""
    return float(at[k] + (at[j] - at[k]) * row[k] / (row[k] - row[j]))


def describe_switching_values(values: SwitchingValues, meaning: str, unit: str) -> str:
    """Describe the switching values of a parameter in words, as the condition under which a result reverses.

    >>> s = SwitchingValues(0.5, 0.0, 1.0, 3.0, SwitchingValue(0.15, 0.1, 0.2, True), None)
    >>> describe_switching_values(s, "learning per report", "ratio")
    'this reverses if "learning per report" is below 0.15 (0.3 times the assumed 0.5; 95 % interval 0.1 to 0.2)'
    """
    changes = [
        (word, s) for word, s in (("below", values.below), ("above", values.above)) if s is not None and s.significant
    ]
    uncertain = [s for s in (values.below, values.above) if s is not None and not s.significant]
    span = f"{values.lowest:.3g} to {values.highest:.3g}" + (
        "" if unit.startswith(("0-1", "ratio", "share")) else f" {unit}"
    )
    if not changes:
        caveat = "; near one end the runs are inconclusive" if uncertain else ""
        return f'this holds for all values of "{meaning}" in its range ({span}){caveat}'
    parts = []
    for word, s in changes:
        ratio = (
            f"{s.value / values.assumed:.2g} times the assumed {values.assumed:.3g}; " if values.assumed > 0.0 else ""
        )
        parts.append(f"{word} {s.value:.3g} ({ratio}95 % interval {s.low:.3g} to {s.high:.3g})")
    return f'this reverses if "{meaning}" is {" or ".join(parts)}'
