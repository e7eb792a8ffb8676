"""Search for a box in the space of parameters with a high density of failures: PRIM.

PRIM (patient rule induction method, [Friedman1999]_) starts from all draws and repeatedly removes the thin slice at one
end of one parameter that has the lowest density (peeling). Peeling continues where every slice is denser than the box,
because a slice has few draws. Of all boxes on the way, the one with the largest likelihood ratio is selected. Limits
whose removal does not lower its density are then removed (pasting).

The lowest density of the slice is the objective of [Kwakkel2016]_ for parameters with few values. The original
objective, the highest density of what is left, prefers their slices because these are larger, and misses boxes.

All slices of one step are computed at once from sorted values, because a permutation test repeats the search.

.. [Kwakkel2016] Kwakkel and Jaxa-Rozen: Improving scenario discovery for handling heterogeneous uncertainties and
   multinomial classified outcomes. Environmental Modelling & Software 79.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from redbead.state.constants import Reals, Whole

Flags: TypeAlias = NDArray[np.bool_]

PEEL: Final = 0.05
"""Share of the draws in the box that one peeling step removes."""
MIN_MASS: Final = 0.08
"""Smallest share of all draws in a box. [0-1]"""
MIN_COVERAGE: Final = 0.5
"""Smallest share of all failures in the selected box. [0-1]"""


class Region(NamedTuple):
    """Limits of all parameters; infinite where there is none.

    Attributes
    ----------
    low, high : array
        Lower and upper limits, which belong to the box. Shape [parameters].
    """

    low: Reals
    high: Reals

    @classmethod
    def everything(cls, parameters: int) -> Region:
        """Region without limits."""
        return cls(np.full(parameters, -np.inf), np.full(parameters, np.inf))

    def contains(self, x: Reals) -> Flags:
        """Which draws are in the box; `x` has the shape [draws, parameters]."""
        limited = self.limited()
        part = x[:, limited]
        return np.asarray(((part >= self.low[limited]) & (part <= self.high[limited])).all(axis=1))

    def limited(self) -> list[int]:
        """Columns of the parameters that have a limit."""
        return [int(k) for k in np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high))]

    def limits(self) -> Flags:
        """Which limits exist, shape [2, parameters]: lower limits, then upper ones."""
        return np.isfinite(np.stack(self))

    def without(self, end: int, k: int) -> Region:
        """Region without the lower (end 0) or upper (end 1) limit of one parameter."""
        ends = np.stack(self)
        ends[end, k] = (-np.inf, np.inf)[end]
        return Region(*ends)


class _Sorted(NamedTuple):
    """Draws in the box, sorted by each parameter: their numbers and values, shape [parameters, draws]."""

    order: Whole
    values: Reals


def search(x: Reals, fails: Flags, allowed: Flags | None = None) -> Region:
    """Find the box with the largest likelihood ratio that contains at least `MIN_COVERAGE` of the failures.

    Parameters
    ----------
    x : array
        Values of the parameters, shape [draws, parameters].
    fails : array of bool
        Labels, shape [draws].
    allowed : array of bool, optional
        Limits that the box may have, shape [2, parameters]; by default all.

    Returns
    -------
    Region
        Without limits if no box is denser than all draws.
    """
    total = int(fails.sum())
    best, largest = Region.everything(x.shape[1]), 0.0
    permitted = np.ones((2, x.shape[1]), dtype=bool) if allowed is None else allowed
    for region, inside, hits in _peel(x, fails, permitted):
        ratio = log_likelihood_ratio(inside, hits, fails.size, total)
        if hits >= MIN_COVERAGE * total and ratio > largest:
            best, largest = region, ratio
    return paste(x, fails, best)


def _peel(x: Reals, fails: Flags, allowed: Flags) -> Iterator[tuple[Region, int, int]]:
    """Sequence of boxes, with the number of draws and of failures in each."""
    low, high = Region.everything(x.shape[1])
    order = np.argsort(x, axis=0, kind="stable").T
    sorted_draws = _Sorted(order, np.take_along_axis(x.T, order, axis=1))
    inside, hits = fails.size, int(fails.sum())
    while inside > MIN_MASS * fails.size:
        limits, removed, lost = _candidates(sorted_draws, fails)
        densities = np.where((removed > 0) & allowed, lost / np.maximum(removed, 1), np.inf)
        k, end = divmod(int(np.argmin(densities.T)), 2)
        if math.isinf(densities[end, k]):
            return  # no slice is left: all values are equal
        side = (low, high)[end].copy()
        side[k] = limits[end, k]
        low, high = (side, high) if end == 0 else (low, side)
        sorted_draws = _without_slice(sorted_draws, fails.size, k, end, int(removed[end, k]))
        inside, hits = inside - int(removed[end, k]), hits - int(lost[end, k])
        yield Region(low, high), inside, hits


def _candidates(draws: _Sorted, fails: Flags) -> tuple[Reals, Whole, Whole]:
    """Limits of the slices at both ends, draws and failures in each slice. Shape of each [ends, parameters]."""
    low, high = (_slice(draws, fails, end) for end in (0, 1))
    return np.array([low[0], high[0]]), np.array([low[1], high[1]]), np.array([low[2], high[2]])


def _slice(draws: _Sorted, fails: Flags, end: int) -> tuple[Reals, Whole, Whole]:
    """Limit of the slice at one end of each parameter, and the draws and failures in it.

    A slice is the share `PEEL`, or all values equal to the end if they are more; whole numbers have few values. Only
    parameters with such ties need more than the first values from the end.
    """
    sign, step = (1.0, 1) if end == 0 else (-1.0, -1)
    values, order, inside = draws.values[:, ::step], draws.order[:, ::step], draws.order.shape[1]
    position = PEEL * (inside - 1)
    first = math.floor(position)
    head = sign * values[:, : first + 2]
    limit = head[:, first] + (position - first) * (head[:, -1] - head[:, first])
    members = head < limit[:, None]
    removed, hits = members.sum(axis=1), (members & fails[order[:, : head.shape[1]]]).sum(axis=1)
    for k in np.flatnonzero(limit == head[:, 0]):
        equal = int(np.searchsorted(sign * values[k], head[k, 0], "right"))
        removed[k] = equal if equal < inside else 0
        limit[k], hits[k] = sign * values[k, removed[k]], fails[order[k, : removed[k]]].sum()
    return sign * limit, removed, hits


def _without_slice(draws: _Sorted, number: int, k: int, end: int, removed: int) -> _Sorted:
    """Remove a slice at one end of parameter k."""
    kept = np.zeros(number, dtype=bool)
    kept[draws.order[k, removed:] if end == 0 else draws.order[k, : draws.order.shape[1] - removed]] = True
    members = kept[draws.order]
    shape = draws.order.shape[0], draws.order.shape[1] - removed
    return _Sorted(draws.order[members].reshape(shape), draws.values[members].reshape(shape))


def paste(x: Reals, fails: Flags, region: Region) -> Region:
    """Remove the limits of a box whose removal does not lower its density.

    Parameters
    ----------
    x : array
        Values of the parameters, shape [draws, parameters].
    fails : array of bool
        Labels, shape [draws].
    region : Region
        The box.
    """
    low, high = region.low.copy(), region.high.copy()
    edges = [(k, end) for k in region.limited() for end in (0, 1) if np.isfinite(region[end][k])]
    violations = {(k, end): x[:, k] < low[k] if end == 0 else x[:, k] > high[k] for k, end in edges}
    outside = np.sum([*violations.values()], axis=0, dtype=np.int64) if edges else np.zeros(fails.size, np.int64)
    density = fails[outside == 0].mean()
    for (k, end), violated in violations.items():
        without = fails[outside == violated].mean()  # draws that violate no limit, or only this one
        if without >= density:
            density, outside = without, outside - violated
            (low, high)[end][k] = (-np.inf, np.inf)[end]
    return Region(low, high)


def log_likelihood_ratio(inside: int, hits: int, draws: int, total: int) -> float:
    r"""Log-likelihood ratio of another probability of failure inside than outside, if it is higher inside.

    Parameters
    ----------
    inside, hits : int
        Draws and failures in the box.
    draws, total : int
        All draws and all failures.

    Returns
    -------
    float
        0 if the box is not denser than all draws.

    Notes
    -----
    With :math:`h(k, n) = k \log(k / n) + (n - k) \log((n - k) / n)` ([Kulldorff1997]_, Bernoulli model):

    .. math:: h(hits, inside) + h(total - hits, draws - inside) - h(total, draws)

    Examples
    --------
    >>> round(log_likelihood_ratio(5, 5, 10, 5) / math.log(2), 6)
    10.0
    """
    if inside == 0 or hits * draws <= total * inside:
        return 0.0
    return _binomial(hits, inside) + _binomial(total - hits, draws - inside) - _binomial(total, draws)


def _binomial(k: int, n: int) -> float:
    """Logarithm of the largest likelihood of k failures in n draws, without the binomial coefficient."""
    return sum(count * math.log(count / n) for count in (k, n - k) if count)


def single_limits_of(values: Reals, fails: Flags) -> Reals:
    """Largest log-likelihood ratios of single limits, from values in ascending order and their labels.

    Parameters
    ----------
    values : array
        Sorted values, shape [parameters, draws].
    fails : array of bool
        Labels in the same order, shape [parameters, draws].

    Returns
    -------
    array
        For the lower and upper limit of each parameter, shape [2, parameters]. As in :func:`search`, a limit leaves at
        least `MIN_COVERAGE` of the failures inside.
    """
    draws = fails.shape[1]
    total = int(fails[0].sum())
    below: Whole = np.cumsum(fails, axis=1, dtype=np.int64)[:, :-1]
    outside = np.arange(1, draws, dtype=np.int64)
    is_cut = values[:, 1:] > values[:, :-1]
    lower = _ratios(draws - outside, total - below, draws, total)
    upper = _ratios(outside, below, draws, total)
    return np.stack([np.where(is_cut, side, 0.0).max(axis=1, initial=0.0) for side in (lower, upper)])


def _ratios(inside: Whole, hits: Whole, draws: int, total: int) -> Reals:
    """Log-likelihood ratios as in :func:`log_likelihood_ratio`, for arrays; 0 where too few failures are inside."""
    counts = np.arange(draws + 1.0)
    terms = counts * np.log(np.maximum(counts, 1.0))  # k log k

    def likelihood(k: Whole, n: Whole) -> Reals:
        return np.asarray(terms[k] + terms[n - k] - terms[n])

    ratio = likelihood(hits, inside) + likelihood(total - hits, draws - inside)
    ratio -= terms[total] + terms[draws - total] - terms[draws]
    return np.where((hits >= MIN_COVERAGE * total) & (hits * draws > total * inside), ratio, 0.0)
