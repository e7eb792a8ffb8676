"""Switching values: the value of a doubtful parameter at which the answer flips [Guyatt1995]_.

.. [Guyatt1995] HM Treasury, The Green Book, 2022, section 5: switching values.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from redbead.analysis.bootstrap import ends, means
from redbead.analysis.intervals import t_interval
from redbead.state.types import Reals


class SwitchingValue(NamedTuple):
    """Where an advantage changes its sign, on one side of the assumed value, with the interval of that place.

    `told` is whether the runs can tell that it flips at all: the interval of the advantage beyond lies clear of 0.
    """

    value: float
    low: float
    high: float
    told: bool


class SwitchingValues(NamedTuple):
    """What becomes of an advantage over the range of one parameter.

    `advantage` is the mean at the assumed value; `below` and `above` are where it flips on either side, if it does.
    """

    assumed: float
    lowest: float
    highest: float
    advantage: float
    below: SwitchingValue | None
    above: SwitchingValue | None


def switching(at: Reals, advantage: Reals, assumed: float) -> SwitchingValues:
    """Find the switching values of one parameter by linear interpolation between the values that were tried.

    Parameters
    ----------
    at
        The values that were tried, sorted, the assumed one among them. [values]
    advantage
        The policy's advantage in the same runs at each of them. [values, pairs]
    assumed
        The value that the model assumes.
    """
    here = int(np.argmin(np.abs(at - assumed)))
    mean = advantage.mean(axis=1)
    resampled = means(advantage)
    below = _flip(at, advantage, mean, resampled, range(here, 0, -1), -1)
    above = _flip(at, advantage, mean, resampled, range(here, len(at) - 1), 1)
    return SwitchingValues(float(at[here]), float(at[0]), float(at[-1]), float(mean[here]), below, above)


def _flip(
    at: Reals, advantage: Reals, mean: Reals, resampled: Reals, places: range, step: int
) -> SwitchingValue | None:
    """The first change of sign on the way; resamples interpolate along the same way."""
    for k in places:
        if mean[k] * mean[k + step] <= 0.0 and mean[k] != mean[k + step]:
            beyond = t_interval(advantage[k + step])
            low, high = ends(np.array([_first(at, row, places, step) for row in resampled]))
            told = beyond.low > 0.0 or beyond.high < 0.0
            return SwitchingValue(_between(at, mean, k, k + step), low, high, told)
    return None


def _first(at: Reals, row: Reals, places: range, step: int) -> float:
    for k in places:
        if row[k] * row[k + step] <= 0.0 and row[k] != row[k + step]:
            return _between(at, row, k, k + step)
    return float("nan")


def _between(at: Reals, row: Reals, k: int, j: int) -> float:
    """Where the line through two points crosses 0."""
    return float(at[k] + (at[j] - at[k]) * row[k] / (row[k] - row[j]))


def sentence(found: SwitchingValues, meaning: str, unit: str) -> str:
    """What the switching values of a parameter mean, in a sentence.

    >>> s = SwitchingValues(0.5, 0.0, 1.0, 3.0, SwitchingValue(0.15, 0.1, 0.2, True), None)
    >>> sentence(s, "how much reports teach", "ratio")
    'stays so unless "how much reports teach" is below 0.15 (0.3 of the 0.5 assumed; 0.1 to 0.2)'
    """
    flips = [(word, s) for word, s in (("below", found.below), ("above", found.above)) if s is not None and s.told]
    unsure = [s for s in (found.below, found.above) if s is not None and not s.told]
    span = f"{found.lowest:.3g} to {found.highest:.3g}" + ("" if unit in ("0-1", "ratio", "share") else f" {unit}")
    if not flips:
        doubt = "; near an end of it the runs cannot tell" if unsure else ""
        return f'stays so whatever "{meaning}" is within its range ({span}){doubt}'
    told = []
    for word, s in flips:
        ratio = f"{s.value / found.assumed:.2g} of the {found.assumed:.3g} assumed; " if found.assumed > 0.0 else ""
        told.append(f"{word} {s.value:.3g} ({ratio}{s.low:.3g} to {s.high:.3g})")
    return f'stays so unless "{meaning}" is {" or ".join(told)}'
