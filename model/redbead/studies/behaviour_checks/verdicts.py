"""Verdicts on expectations: the estimate from paired runs, with its interval, compared with a direction and a band.

Each estimate carries the influence of every run on it. The interval of a mean, a ratio of means, a correlation or a
difference between effects is therefore always Student's interval of the influences (the delta method). Runs of all
scenarios share their seeds, so the influences include the pairing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from redbead.analysis.intervals import Interval, further_runs, t_interval
from redbead.analysis.outcomes import is_flow
from redbead.analysis.pairs import unit_of
from redbead.state.constants import QUARTER, YEAR, Reals
from redbead.studies.behaviour_checks.spec import Expectation

Lookup: TypeAlias = Callable[[str], Reals]
"""Returns a series of one scenario by name. [runs, weeks]"""

PairSeries: TypeAlias = tuple[Lookup, Lookup | None]
"""The series of the scenario under test and of its comparator, if any."""

FEWEST_RUNS: Final = 2


class CheckVerdict(StrEnum):
    """Verdict on an expectation."""

    HOLDS = "holds"
    FAILS = "does not hold"
    OPEN = "undecided"
    KNOWN = "falls short (known)"
    RESOLVED = "now holds"


class InfluenceEstimate(NamedTuple):
    """An estimate from runs, and the influence of each run on it (mean 0). [runs]"""

    value: float
    influence: Reals

    def interval(self) -> Interval:
        """Return the estimate with Student's 95 % interval."""
        return t_interval(self.value + self.influence)


class Finding(NamedTuple):
    """The verdict on one expectation, with its interval.

    ``more_runs`` is the number of further runs that would decide an undecided expectation.
    """

    expectation: Expectation
    verdict: CheckVerdict
    interval: Interval
    more_runs: int = 0
    note: str = ""


def judge(expectation: Expectation, pairs: Sequence[PairSeries]) -> Finding:
    """Estimate the quantity of an expectation, and compare it with the direction and band.

    Parameters
    ----------
    expectation : Expectation
        The expectation.
    pairs : sequence of PairSeries
        Series of the pair under test and, optionally, of a second pair whose effect is subtracted.

    Returns
    -------
    Finding
        Verdict, interval and number of further runs needed. Known shortfalls have separate verdicts.
    """
    estimate = effect(expectation, _condition_on_event(expectation, pairs))
    interval = estimate.interval()
    verdict, distance = _raw_verdict(expectation, interval)
    if expectation.known and verdict is not CheckVerdict.OPEN:
        verdict = CheckVerdict.RESOLVED if verdict is CheckVerdict.HOLDS else CheckVerdict.KNOWN
    more = more_runs(interval, distance, estimate.influence.size) if verdict is CheckVerdict.OPEN else 0
    note = "no estimate: the denominator is 0" if math.isnan(interval.mean) else ""
    if expectation.where:
        runs = estimate.influence.size
        note = f"{runs} run{'s' * (runs != 1)} with {expectation.where}"
    return Finding(expectation, verdict, interval, more, note)


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


def _raw_verdict(e: Expectation, interval: Interval) -> tuple[CheckVerdict, float]:
    """The verdict regardless of known shortfalls, and the distance to the nearest edge of an undecided range."""
    if not all(map(math.isfinite, interval[:3])):
        return CheckVerdict.OPEN, math.nan
    parts = []
    if e.direction in ("up", "down"):
        parts.append(direction_verdict(e.direction, interval))
    if e.band is not None:
        parts.append(band_verdict(e.band[0] - e.tolerance, e.band[1] + e.tolerance, interval))
    failed = [part for part in parts if part[0] is CheckVerdict.FAILS]
    undecided = [part for part in parts if part[0] is CheckVerdict.OPEN]
    return next(iter([*failed, *sorted(undecided, key=lambda part: part[1]), *parts]))


def direction_verdict(direction: str, interval: Interval) -> tuple[CheckVerdict, float]:
    """A direction holds only if the interval excludes no effect.

    Parameters
    ----------
    direction : str
        'up' or 'down'.
    interval : Interval
        Estimate with its interval.

    Returns
    -------
    tuple
        The verdict, and the distance to the nearest edge if it is undecided (otherwise 0).

    Examples
    --------
    >>> direction_verdict("down", Interval(-0.2, -0.3, -0.1, ""))[0].value
    'holds'
    """
    sign = 1.0 if direction == "up" else -1.0
    low, high = sorted((sign * interval.low, sign * interval.high))
    if low > 0.0:
        return CheckVerdict.HOLDS, 0.0
    return (CheckVerdict.FAILS, 0.0) if high < 0.0 else (CheckVerdict.OPEN, abs(interval.mean))


def band_verdict(low: float, high: float, interval: Interval) -> tuple[CheckVerdict, float]:
    """A band holds if it contains the estimate, and fails if the interval lies entirely outside it.

    Parameters
    ----------
    low, high : float
        Ends of the band.
    interval : Interval
        Estimate with its interval.

    Returns
    -------
    tuple
        The verdict, and the distance to the nearest edge if it is undecided (otherwise 0).

    Examples
    --------
    >>> band_verdict(0.1, 0.4, Interval(0.05, -0.05, 0.15, ""))
    (<CheckVerdict.OPEN: 'undecided'>, 0.05)
    """
    if low <= interval.mean <= high:
        return CheckVerdict.HOLDS, 0.0
    excluded = interval.high < low or interval.low > high
    return (
        (CheckVerdict.FAILS, 0.0) if excluded else (CheckVerdict.OPEN, max(low - interval.mean, interval.mean - high))
    )


def more_runs(interval: Interval, distance: float, runs: int) -> int:
    """Number of further runs that would decide the verdict if the estimate stayed the same.

    Parameters
    ----------
    interval : Interval
        Estimate with its interval.
    distance : float
        Distance from the estimate to the nearest edge, in the unit of the estimate.
    runs : int
        Number of runs so far. [runs]

    Returns
    -------
    int
        Further runs needed. [runs]

    Examples
    --------
    >>> more_runs(Interval(0.1, -0.1, 0.3, ""), 0.1, 10)
    31
    """
    half = (interval.high - interval.low) / 2.0
    if not (math.isfinite(half) and distance > 0.0):
        return max(0, FEWEST_RUNS - runs)
    return further_runs(half, distance, runs)


def effect(e: Expectation, pairs: Sequence[PairSeries]) -> InfluenceEstimate:
    """Estimate the effect of the first pair minus that of the second, if given.

    Parameters
    ----------
    e : Expectation
        The expectation; for ``over`` 'peak' or 'dip' the result is that of the extreme quarter.
    pairs : sequence of PairSeries
        Series of one or two pairs.

    Returns
    -------
    InfluenceEstimate
        The effect and its influences.
    """
    if e.over not in ("peak", "dip"):
        return _effect_in_window(e, pairs, e.first, e.last)
    starts = range(e.first, e.last - QUARTER + 1, QUARTER)
    parts = [_effect_in_window(e, pairs, week, week + QUARTER) for week in starts]
    select = max if e.over == "peak" else min
    return select(parts, key=lambda part: part.value)


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
    """Pearson correlation across runs; NaN if either variable is constant.

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
    spread = (float(x.std()), float(y.std()))
    if min(spread) <= 0.0:
        return InfluenceEstimate(math.nan, np.full_like(x, math.nan))
    zx, zy = (x - x.mean()) / spread[0], (y - y.mean()) / spread[1]
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
