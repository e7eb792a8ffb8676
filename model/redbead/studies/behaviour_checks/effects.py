"""Estimates for expectations: the effect in paired runs, with its interval.

Each estimate carries the influence of every run on it. The interval of a mean, a ratio of means, a correlation or a
difference between effects is therefore always Student's interval of the influences (the delta method), and that of a
peak or dip a simultaneous one over quarters. Runs of all scenarios share their seeds, so the influences include the
pairing. A quantity that is equal in all runs has no influences; how many runs may differ is then stated instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from redbead.analysis.intervals import Interval, t_interval, varies, wilson_interval
from redbead.analysis.outcomes import is_flow
from redbead.analysis.pairs import unit_of
from redbead.analysis.shares import equal_runs_interval, unseen_share
from redbead.analysis.simultaneous import dip_interval, peak_interval
from redbead.state.constants import QUARTER, YEAR, Reals
from redbead.studies.behaviour_checks.spec import Expectation

Lookup: TypeAlias = Callable[[str], Reals]
"""Returns a series of one scenario by name. [runs, weeks]"""

PairSeries: TypeAlias = tuple[Lookup, Lookup | None]
"""The series of the scenario under test and of its comparator, if any."""


class InfluenceEstimate(NamedTuple):
    """An estimate from runs, and the influence of each run on it (mean 0). [runs]"""

    value: float
    influence: Reals

    def interval(self, bounds: tuple[float, float] = (-math.inf, math.inf)) -> Interval:
        """Return the estimate with its 95 % interval: Student's, or Wilson's for a share of runs with an event.

        Parameters
        ----------
        bounds : tuple of float
            Bounds of the value of a single run. They limit the interval of runs that are all equal.
        """
        runs = self.influence.size
        values = self.value + self.influence
        if runs < 2 or math.isnan(self.value) or varies(values):
            events = values.round() + 0.0  # 0 and 1 without rounding errors
            is_share = bounds == (0.0, 1.0) and np.isin(events, (0.0, 1.0)).all() and np.allclose(values, events)
            return wilson_interval(events) if is_share else t_interval(values)
        return equal_runs_interval(self.value, runs, *bounds)


class EstimatedEffect(NamedTuple):
    """The estimate for an expectation: its interval, the number of runs it is from, and a remark for readers."""

    interval: Interval
    runs: int
    note: str


def estimate_effect(e: Expectation, pairs: Sequence[PairSeries]) -> EstimatedEffect:
    """Estimate the effect of the first pair minus that of the second, if given.

    Parameters
    ----------
    e : Expectation
        The expectation; for ``over`` 'peak' or 'dip' the result is that of the extreme quarter.
    pairs : sequence of PairSeries
        Series of one or two pairs.

    Returns
    -------
    EstimatedEffect
        The effect with its interval; NaN without an estimate.
    """
    pairs = _condition_on_event(e, pairs)
    if e.over in ("peak", "dip"):
        starts = range(e.first, e.last - QUARTER + 1, QUARTER)
        parts = [_effect_in_window(e, pairs, week, week + QUARTER) for week in starts]
        interval = (peak_interval if e.over == "peak" else dip_interval)(
            np.array([p.value + p.influence for p in parts])
        )
    else:
        parts = [_effect_in_window(e, pairs, e.first, e.last)]
        interval = parts[0].interval(_bounds_of(e, len(pairs)))
    runs = parts[0].influence.size
    missing = sum(math.isnan(part.value) for part in parts)
    return EstimatedEffect(interval, runs, "; ".join(_remarks(e, interval, runs, (missing, len(parts)))))


def _bounds_of(e: Expectation, pairs: int) -> tuple[float, float]:
    """Bounds of the estimate from a single run: those of shares and their differences; otherwise infinite."""
    if e.per or e.partner or e.over == "dispersion" or e.statistic == "ratio" or unit_of(e.measure) not in _SHARES:
        return -math.inf, math.inf
    low, high = (0.0, 1.0) if e.statistic == "level" else (-1.0, 1.0)
    return (low, high) if pairs == 1 else (low - high, high - low)


_SHARES: Final = ("share", "0-1")
"""Units of measures that lie between 0 and 1."""


def _remarks(e: Expectation, interval: Interval, runs: int, missing: tuple[int, int]) -> Iterator[str]:
    """What readers must know about an estimate: the runs that it is from, and why a part of it is missing."""
    if e.where:
        yield f"{runs} run{'s' * (runs != 1)} with {e.where}"
    quarters, of = missing
    if runs and quarters == of:
        yield f"no estimate: {'a variable is equal in all runs' if e.partner else 'the denominator is 0'}"
    elif runs and quarters:
        yield f"no estimate in {quarters} of {of} quarters"
    elif runs > 1 and not interval.low < interval.high:
        share = unseen_share(runs)
        yield f"equal in all {runs} runs: up to {100 * share:.2g} % of runs may differ"


def _condition_on_event(e: Expectation, pairs: Sequence[PairSeries]) -> Sequence[PairSeries]:
    """Keep the runs in which every scenario under test has the event before the window ends.

    All pairs keep the same runs, so that a second pair is still compared run by run. Until the event, the two scenarios
    of a pair may differ only in what does not cause it. Selecting runs is then not selecting outcomes.
    """
    if not e.where:
        return pairs
    has_event = np.logical_and.reduce([setup(e.where)[:, : e.last].max(axis=1) > 0 for setup, _ in pairs])
    return [
        (_subset(setup, has_event), None if against is None else _subset(against, has_event))
        for setup, against in pairs
    ]


def _subset(get: Lookup, runs: NDArray[np.bool_]) -> Lookup:
    return lambda name: get(name)[runs]


def _effect_in_window(e: Expectation, pairs: Sequence[PairSeries], first: int, last: int) -> InfluenceEstimate:
    """The effect in the weeks [first, last)."""
    effects = [_pair_effect(e, pair_series, first, last) for pair_series in pairs]
    return effects[0] if len(effects) == 1 else difference_of(effects[0], effects[1])


def _pair_effect(e: Expectation, pair_series: PairSeries, first: int, last: int) -> InfluenceEstimate:
    """Effect in one pair, by the statistic of the expectation."""
    tested = _estimate_level(e, pair_series[0], first, last)
    if e.statistic == "level" or pair_series[1] is None:
        return tested
    comparator = _estimate_level(e, pair_series[1], first, last)
    if e.statistic == "difference":
        return difference_of(tested, comparator)
    ratio = ratio_of(tested, comparator)
    return InfluenceEstimate(ratio.value - 1.0, ratio.influence)


def _estimate_level(e: Expectation, get: Lookup, first: int, last: int) -> InfluenceEstimate:
    """Estimate for one scenario: mean, ratio of sums, correlation across runs, or dispersion of yearly totals."""
    values = get(e.measure)[:, first:last]
    if e.partner:
        return correlation_of(values.mean(axis=1), get(e.partner)[:, first:last].mean(axis=1))
    if e.per:
        return ratio_of(mean_of(values.sum(axis=1)), mean_of(get(e.per)[:, first:last].sum(axis=1)))
    if e.over == "dispersion":
        return mean_of(dispersion_of(values))
    return mean_of(values.mean(axis=1) * (YEAR if is_flow(unit_of(e.measure)) else 1))


def mean_of(values: Reals) -> InfluenceEstimate:
    """Mean of one value per run."""
    centre = float(values.mean()) if values.size else math.nan
    return InfluenceEstimate(centre, values - centre)


def ratio_of(top: InfluenceEstimate, bottom: InfluenceEstimate) -> InfluenceEstimate:
    r"""Ratio of two estimates; NaN if the denominator is 0.

    Notes
    -----
    By the delta method, the influence on R = a / b is

    .. math:: (\psi_a - R \psi_b) / b
    """
    if bottom.value == 0.0:
        return InfluenceEstimate(math.nan, np.full_like(bottom.influence, math.nan))
    ratio = top.value / bottom.value
    return InfluenceEstimate(ratio, (top.influence - ratio * bottom.influence) / bottom.value)


def difference_of(a: InfluenceEstimate, b: InfluenceEstimate) -> InfluenceEstimate:
    """Difference of two estimates."""
    return InfluenceEstimate(a.value - b.value, a.influence - b.influence)


def correlation_of(x: Reals, y: Reals) -> InfluenceEstimate:
    """Pearson correlation across runs; NaN without runs, or if either variable is equal in all of them.

    Parameters
    ----------
    x, y : array
        One value per run. [runs]

    Returns
    -------
    InfluenceEstimate
        The correlation and its influences.

    Notes
    -----
    The influence of a run with standardised values z_x and z_y is

    .. math:: z_x z_y - r (z_x^2 + z_y^2) / 2
    """
    if x.size == 0 or not varies(np.stack((x, y))).all():
        return InfluenceEstimate(math.nan, np.full_like(x, math.nan))
    zx, zy = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    r = float((zx * zy).mean())
    return InfluenceEstimate(r, zx * zy - r * (zx**2 + zy**2) / 2.0)


def dispersion_of(values: Reals) -> Reals:
    """Variance divided by mean of the yearly totals of each run; 1 for a run without events. [runs]

    Given its total, a Poisson process distributes events over years independently, so the expected value is exactly 1.
    """
    years = values.shape[1] // YEAR
    totals = values[:, : years * YEAR].reshape(values.shape[0], years, YEAR).sum(axis=2)
    means = totals.mean(axis=1)
    spread: Reals = totals.var(axis=1, ddof=1)
    ratios: Reals = np.divide(spread, means, out=np.ones_like(means), where=means > 0)
    return ratios
