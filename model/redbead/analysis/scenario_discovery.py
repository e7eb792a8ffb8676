"""Scenario discovery by PRIM: in which part of what is uncertain does a policy fail [Friedman1999]_ [Bryant2010]_?

.. [Friedman1999] Friedman and Fisher: Bump hunting in high-dimensional data. Statistics and Computing 9.
.. [Bryant2010] Bryant and Lempert: Thinking inside the box. Technological Forecasting and Social Change 77.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from redbead.state.types import Reals

Flags: TypeAlias = NDArray[np.bool_]

PEEL: Final = 0.05
"""Part of the box that one step may take away: patience. [share]"""
SMALLEST: Final = 0.08
"""No box holds less of all draws. [share]"""
COVERAGE: Final = 0.5
"""The chosen box holds at least so much of all failures. [share]"""
SURE: Final = 0.05
"""A limit stays if chance alone would make the box as dense without it less often than this. [probability]"""


class Limit(NamedTuple):
    """One side of a box: the parameter lies above `low` or below `high` (NaN: no limit); p without it."""

    name: str
    low: float
    high: float
    p: float


class Box(NamedTuple):
    """Where failures lie: limits, the share of failures inside (density), how many of all it holds (coverage)."""

    limits: tuple[Limit, ...]
    density: float
    coverage: float
    mass: float
    base: float


def discover(x: Reals, names: Sequence[str], fails: Flags) -> Box | None:
    """The box in which failures are densest while it still holds half of them; None where nothing stands out.

    Parameters
    ----------
    x
        Values of the parameters, [draws, parameters].
    names
        Their names.
    fails
        In which draws the policy fails. [draws]
    """
    if not 0 < fails.sum() < len(fails):
        return None
    lowest, highest = x.min(axis=0), x.max(axis=0)
    best = (lowest, highest)
    for low, high in _peeled(x, fails):
        inside = _inside(x, low, high)
        if fails[inside].sum() >= COVERAGE * fails.sum() and fails[inside].mean() > fails[_inside(x, *best)].mean():
            best = (low, high)
    return _told(x, names, fails, *_pasted(x, fails, *best))


def _inside(x: Reals, low: Reals, high: Reals) -> Flags:
    return np.asarray(((x >= low) & (x <= high)).all(axis=1))


def _peeled(x: Reals, fails: Flags) -> list[tuple[Reals, Reals]]:
    """Boxes, each with a thin slice less than the one before: the slice whose loss makes it densest."""
    low, high = x.min(axis=0), x.max(axis=0)
    boxes = []
    while (inside := _inside(x, low, high)).mean() > SMALLEST:
        tries = []
        for k in range(x.shape[1]):
            a, b = np.quantile(x[inside, k], (PEEL, 1.0 - PEEL))
            tries += [(_with(low, k, a), high), (low, _with(high, k, b))]
        dense = [(fails[i].mean() if 0 < (i := _inside(x, *t)).sum() < inside.sum() else -1.0) for t in tries]
        if max(dense) < fails[inside].mean():
            break
        low, high = tries[int(np.argmax(dense))]
        boxes.append((low, high))
    return boxes


def _with(values: Reals, k: int, value: float) -> Reals:
    changed = values.copy()
    changed[k] = value
    return changed


def _pasted(x: Reals, fails: Flags, low: Reals, high: Reals) -> tuple[Reals, Reals]:
    """The box without any limit that can go at no loss of density."""
    for k in range(x.shape[1]):
        for edge, wide in ((0, x[:, k].min()), (1, x[:, k].max())):
            tried = (_with(low, k, wide), high) if edge == 0 else (low, _with(high, k, wide))
            if fails[_inside(x, *tried)].mean() >= fails[_inside(x, low, high)].mean():
                low, high = tried
    return low, high


def _told(x: Reals, names: Sequence[str], fails: Flags, low: Reals, high: Reals) -> Box | None:
    """The box in words, without parameters whose limits chance could explain."""
    from scipy.stats import binomtest

    inside = _inside(x, low, high)
    limits = []
    for k, name in enumerate(names):
        lowest, highest = x[:, k].min(), x[:, k].max()
        if low[k] <= lowest and high[k] >= highest:
            continue
        without = _inside(x, _with(low, k, lowest), _with(high, k, highest))
        p = float(
            binomtest(int(fails[inside].sum()), int(inside.sum()), float(fails[without].mean()), "greater").pvalue
        )
        if p <= SURE:
            ends = low[k] if low[k] > lowest else np.nan, high[k] if high[k] < highest else np.nan
            limits.append(Limit(name, float(ends[0]), float(ends[1]), p))
    if not limits:
        return None
    kept = [list(names).index(limit.name) for limit in limits]
    inside = _inside(x[:, kept], low[kept], high[kept])
    found = fails[inside]
    return Box(
        tuple(limits), float(found.mean()), float(found.sum() / fails.sum()), float(inside.mean()), float(fails.mean())
    )


def sentence(box: Box | None, what: str) -> str:
    """What was found, in a sentence; `what` is the failure, such as "loses to today"."""
    if box is None:
        return f"no part of what is uncertain stands out as the one in which it {what}"
    limits = " and ".join(_limit(limit) for limit in box.limits)
    return (
        f"{what} in {100 * box.density:.0f} % of draws where {limits} ({100 * box.base:.0f} % of all draws; "
        f"this part holds {100 * box.coverage:.0f} % of the failures)"
    )


def _limit(limit: Limit) -> str:
    parts = [f"above {limit.low:.3g}"] if np.isfinite(limit.low) else []
    parts += [f"below {limit.high:.3g}"] if np.isfinite(limit.high) else []
    return f"{limit.name} is {' and '.join(parts)}"
