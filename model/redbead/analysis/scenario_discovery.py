"""Scenario discovery with PRIM: ranges of uncertain parameters in which a policy fails.

References are [Friedman1999]_ and [Bryant2010]_.

.. [Friedman1999] Friedman and Fisher: Bump hunting in high-dimensional data. Statistics and Computing 9.
.. [Bryant2010] Bryant and Lempert: Thinking inside the box. Technological Forecasting and Social Change 77.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from redbead.state.constants import Reals

Flags: TypeAlias = NDArray[np.bool_]

PEEL: Final = 0.05
"""Share of the draws in the box that one peeling step removes."""
MIN_MASS: Final = 0.08
"""Smallest share of all draws in a box. [0-1]"""
MIN_COVERAGE: Final = 0.5
"""Smallest share of all failures in the selected box. [0-1]"""
SIGNIFICANCE: Final = 0.05
"""Largest p-value of a limit: the probability of a box this dense without the limit. [0-1]"""


class Limit(NamedTuple):
    """Limits of one parameter in a box.

    Attributes
    ----------
    name : str
        Path of the parameter.
    low, high : float
        Lower and upper limit; NaN for none.
    p : float
        p-value of the limits.
    """

    name: str
    low: float
    high: float
    p: float


class Box(NamedTuple):
    """Ranges of parameters in which failures are concentrated.

    Attributes
    ----------
    limits : tuple of Limit
        Parameters that are limited.
    density : float
        Share of failures among the draws in the box. [0-1]
    coverage : float
        Share of all failures that are in the box. [0-1]
    mass : float
        Share of all draws that are in the box. [0-1]
    base : float
        Share of failures among all draws. [0-1]
    """

    limits: tuple[Limit, ...]
    density: float
    coverage: float
    mass: float
    base: float


def discover(x: Reals, names: Sequence[str], fails: Flags) -> Box | None:
    """Find the box with the highest density of failures that contains at least half of them.

    Parameters
    ----------
    x : array
        Values of the parameters, shape [draws, parameters].
    names : sequence of str
        Paths of the parameters.
    fails : array of bool
        Draws in which the policy fails, shape [draws].

    Returns
    -------
    Box or None
        None if no parameter limits a box significantly.
    """
    if not 0 < fails.sum() < len(fails):
        return None
    lowest, highest = x.min(axis=0), x.max(axis=0)
    best = (lowest, highest)
    for low, high in _peel(x, fails):
        inside = _inside(x, low, high)
        if fails[inside].sum() >= MIN_COVERAGE * fails.sum() and fails[inside].mean() > fails[_inside(x, *best)].mean():
            best = (low, high)
    return _significant_box(x, names, fails, *_paste(x, fails, *best))


def _inside(x: Reals, low: Reals, high: Reals) -> Flags:
    """Which draws are in the box."""
    return np.asarray(((x >= low) & (x <= high)).all(axis=1))


def _peel(x: Reals, fails: Flags) -> list[tuple[Reals, Reals]]:
    """Sequence of boxes; each step removes the thin slice whose loss raises the density most."""
    low, high = x.min(axis=0), x.max(axis=0)
    boxes = []
    while (inside := _inside(x, low, high)).mean() > MIN_MASS:
        candidates = []
        for k in range(x.shape[1]):
            a, b = _cut_points(x[inside, k])
            candidates += [(_replace_at(low, k, a), high), (low, _replace_at(high, k, b))]
        densities = [(fails[i].mean() if 0 < (i := _inside(x, *t)).sum() < inside.sum() else -1.0) for t in candidates]
        if max(densities) < fails[inside].mean():
            break
        low, high = candidates[int(np.argmax(densities))]
        boxes.append((low, high))
    return boxes


def _cut_points(values: Reals) -> tuple[float, float]:
    """Limits that cut off the lowest and the highest slice of values.

    A slice is the share `PEEL`, or all values equal to the end if they are more; whole numbers have few values.
    """
    low, high = np.quantile(values, (PEEL, 1.0 - PEEL))
    lowest, highest = values.min(), values.max()
    if low == lowest < highest:
        low = values[values > lowest].min()
    if high == highest > lowest:
        high = values[values < highest].max()
    return float(low), float(high)


def _replace_at(values: Reals, k: int, value: float) -> Reals:
    """Copy of an array with one value replaced."""
    changed = values.copy()
    changed[k] = value
    return changed


def _paste(x: Reals, fails: Flags, low: Reals, high: Reals) -> tuple[Reals, Reals]:
    """Remove the limits of a box whose removal does not lower its density."""
    for k in range(x.shape[1]):
        for edge, full in ((0, x[:, k].min()), (1, x[:, k].max())):
            candidate = (_replace_at(low, k, full), high) if edge == 0 else (low, _replace_at(high, k, full))
            if fails[_inside(x, *candidate)].mean() >= fails[_inside(x, low, high)].mean():
                low, high = candidate
    return low, high


def _significant_box(x: Reals, names: Sequence[str], fails: Flags, low: Reals, high: Reals) -> Box | None:
    """Box without the parameters whose limits could be due to chance; None if none remains."""
    from scipy.stats import binomtest

    inside = _inside(x, low, high)
    limits = []
    for k, name in enumerate(names):
        lowest, highest = x[:, k].min(), x[:, k].max()
        if low[k] <= lowest and high[k] >= highest:
            continue
        without = _inside(x, _replace_at(low, k, lowest), _replace_at(high, k, highest))
        p = float(
            binomtest(int(fails[inside].sum()), int(inside.sum()), float(fails[without].mean()), "greater").pvalue
        )
        if p <= SIGNIFICANCE:
            bounds = low[k] if low[k] > lowest else np.nan, high[k] if high[k] < highest else np.nan
            limits.append(Limit(name, float(bounds[0]), float(bounds[1]), p))
    if not limits:
        return None
    columns = [list(names).index(limit.name) for limit in limits]
    inside = _inside(x[:, columns], low[columns], high[columns])
    inside_fails = fails[inside]
    return Box(
        tuple(limits),
        float(inside_fails.mean()),
        float(inside_fails.sum() / fails.sum()),
        float(inside.mean()),
        float(fails.mean()),
    )


def describe_box(box: Box | None, failure: str) -> str:
    """Describe a box in words.

    Parameters
    ----------
    box : Box or None
        The box.
    failure : str
        Verb phrase for the failure, such as "fails" or "loses to the baseline".
    """
    if box is None:
        return f"no range of the uncertain parameters in which it {failure} stands out"
    limits = " and ".join(_describe_limit(limit) for limit in box.limits)
    return (
        f"{failure} in {100 * box.density:.0f} % of draws where {limits} (against {100 * box.base:.0f} % of all draws; "
        f"{100 * box.coverage:.0f} % of the failures are in this range)"
    )


def _describe_limit(limit: Limit) -> str:
    """Limits of one parameter in words."""
    parts = [f"above {limit.low:.3g}"] if np.isfinite(limit.low) else []
    parts += [f"below {limit.high:.3g}"] if np.isfinite(limit.high) else []
    return f"{limit.name} is {' and '.join(parts)}"
