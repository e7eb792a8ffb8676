"""The verdict on an expectation: an estimate across paired runs with its interval, against a direction and a band.

Every estimate carries the influence of each run on it, so that the interval of a mean, of a ratio of means, of a
correlation or of a difference between effects comes by one way: Student's interval of the influences (the delta
method). Runs of all sides share their seeds, and the pairing is in the influences.
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
from redbead.analysis.series import unit_of
from redbead.state.constants import QUARTER, YEAR
from redbead.state.types import Reals
from redbead.studies.behaviour_checks.spec import Expectation

Lookup: TypeAlias = Callable[[str], Reals]
"""The series of one side by name, [runs, weeks]."""

Sides: TypeAlias = tuple[Lookup, Lookup | None]
"""A set-up and what it is compared with."""

FEWEST_RUNS: Final = 2


class CheckVerdict(StrEnum):
    """What became of an expectation."""

    HOLDS = "holds"
    FAILS = "does not hold"
    OPEN = "cannot tell yet"
    KNOWN = "falls short (known)"
    MENDED = "holds by now"


class InfluenceEstimate(NamedTuple):
    """A number estimated from runs, and how far each run moves it (mean 0)."""

    value: float
    influence: Reals

    def interval(self) -> Interval:
        """The estimate with Student's 95 % interval."""
        return t_interval(self.value + self.influence)


class Finding(NamedTuple):
    """The verdict on one expectation, with its figures; `more_runs` would settle what is open."""

    expectation: Expectation
    verdict: CheckVerdict
    interval: Interval
    more_runs: int = 0
    note: str = ""


def judge(expectation: Expectation, pairs: Sequence[Sides]) -> Finding:
    """Compare what was found with what is expected; known shortfalls are told apart."""
    estimate = effect(expectation, [_only(expectation, sides) for sides in pairs])
    interval = estimate.interval()
    verdict, distance = _weighed(expectation, interval)
    if expectation.known and verdict is not CheckVerdict.OPEN:
        verdict = CheckVerdict.MENDED if verdict is CheckVerdict.HOLDS else CheckVerdict.KNOWN
    more = more_runs(interval, distance, estimate.influence.size) if verdict is CheckVerdict.OPEN else 0
    note = "no figure: nothing to divide by" if math.isnan(interval.mean) else ""
    if expectation.where:
        note = f"{estimate.influence.size} runs with {expectation.where}"
    return Finding(expectation, verdict, interval, more, note)


def _only(e: Expectation, sides: Sides) -> Sides:
    """Both sides, of the pairs of runs in which the event that is asked for comes before the window ends.

    Up to the event the two sides may differ only by what does not bring it about; a choice of pairs is then no choice
    of outcomes.
    """
    if not e.where:
        return sides
    chosen = np.asarray(sides[0](e.where)[:, : e.last].max(axis=1) > 0)
    return _chosen(sides[0], chosen), None if sides[1] is None else _chosen(sides[1], chosen)


def _chosen(get: Lookup, runs: NDArray[np.bool_]) -> Lookup:
    return lambda name: get(name)[runs]


def _weighed(e: Expectation, found: Interval) -> tuple[CheckVerdict, float]:
    """The verdict without regard to what is known, and the distance from the nearest edge that leaves it open."""
    if not all(map(math.isfinite, found[:3])):
        return CheckVerdict.OPEN, math.nan
    parts = []
    if e.direction in ("up", "down"):
        parts.append(direction_verdict(e.direction, found))
    if e.band is not None:
        parts.append(band_verdict(e.band[0] - e.tolerance, e.band[1] + e.tolerance, found))
    failed = [part for part in parts if part[0] is CheckVerdict.FAILS]
    still_open = [part for part in parts if part[0] is CheckVerdict.OPEN]
    return next(iter([*failed, *sorted(still_open, key=lambda part: part[1]), *parts]))


def direction_verdict(direction: str, found: Interval) -> tuple[CheckVerdict, float]:
    """A direction holds only if the interval excludes no effect.

    >>> direction_verdict("down", Interval(-0.2, -0.3, -0.1, ""))[0].value
    'holds'
    """
    sign = 1.0 if direction == "up" else -1.0
    low, high = sorted((sign * found.low, sign * found.high))
    if low > 0.0:
        return CheckVerdict.HOLDS, 0.0
    return (CheckVerdict.FAILS, 0.0) if high < 0.0 else (CheckVerdict.OPEN, abs(found.mean))


def band_verdict(low: float, high: float, found: Interval) -> tuple[CheckVerdict, float]:
    """A size holds if the estimate lies inside the band; outside, it fails once the interval no longer reaches it.

    >>> band_verdict(0.1, 0.4, Interval(0.05, -0.05, 0.15, ""))
    (<Verdict.OPEN: 'cannot tell yet'>, 0.05)
    """
    if low <= found.mean <= high:
        return CheckVerdict.HOLDS, 0.0
    apart = found.high < low or found.low > high
    return (CheckVerdict.FAILS, 0.0) if apart else (CheckVerdict.OPEN, max(low - found.mean, found.mean - high))


def more_runs(found: Interval, distance: float, runs: int) -> int:
    """How many runs more would settle it if the estimate stayed; one run cannot, whatever it shows.

    >>> more_runs(Interval(0.1, -0.1, 0.3, ""), 0.1, 10)
    31
    """
    half = (found.high - found.low) / 2.0
    if not (math.isfinite(half) and distance > 0.0):
        return max(0, FEWEST_RUNS - runs)
    return further_runs(half, distance, runs)


def effect(e: Expectation, pairs: Sequence[Sides]) -> InfluenceEstimate:
    """The effect of the first pair, less that of the second if there is one; at its peak or dip if that is asked."""
    if e.over not in ("peak", "dip"):
        return _less(e, pairs, e.first, e.last)
    starts = range(e.first, e.last - QUARTER + 1, QUARTER)
    parts = [_less(e, pairs, week, week + QUARTER) for week in starts]
    best = max if e.over == "peak" else min
    return best(parts, key=lambda part: part.value)


def _less(e: Expectation, pairs: Sequence[Sides], first: int, last: int) -> InfluenceEstimate:
    found = [_compared(e, sides, first, last) for sides in pairs]
    return found[0] if len(found) == 1 else minus(found[0], found[1])


def _compared(e: Expectation, sides: Sides, first: int, last: int) -> InfluenceEstimate:
    """One pair by the statistic of the expectation."""
    setup = _level(e, sides[0], first, last)
    if e.statistic == "level" or sides[1] is None:
        return setup
    against = _level(e, sides[1], first, last)
    if e.statistic == "difference":
        return minus(setup, against)
    ratio = over(setup, against)
    return InfluenceEstimate(ratio.value - 1.0, ratio.influence)


def _level(e: Expectation, get: Lookup, first: int, last: int) -> InfluenceEstimate:
    """One side alone: mean, ratio of sums, correlation across runs, or dispersion of yearly totals."""
    values = get(e.measure)[:, first:last]
    if e.partner:
        return correlation(values.mean(axis=1), get(e.partner)[:, first:last].mean(axis=1))
    if e.per:
        return over(mean(values.sum(axis=1)), mean(get(e.per)[:, first:last].sum(axis=1)))
    if e.over == "dispersion":
        return mean(dispersion(values))
    return mean(values.mean(axis=1) * (YEAR if is_flow(unit_of(e.measure)) else 1))


def mean(values: Reals) -> InfluenceEstimate:
    """The mean of one value a run."""
    middle = float(values.mean()) if values.size else math.nan
    return InfluenceEstimate(middle, values - middle)


def over(top: InfluenceEstimate, bottom: InfluenceEstimate) -> InfluenceEstimate:
    """A ratio of two estimates; NaN where there is nothing to divide by."""
    if bottom.value == 0.0:
        return InfluenceEstimate(math.nan, np.full_like(bottom.influence, math.nan))
    ratio = top.value / bottom.value
    return InfluenceEstimate(ratio, (top.influence - ratio * bottom.influence) / bottom.value)


def minus(a: InfluenceEstimate, b: InfluenceEstimate) -> InfluenceEstimate:
    """A difference of two estimates."""
    return InfluenceEstimate(a.value - b.value, a.influence - b.influence)


def correlation(x: Reals, y: Reals) -> InfluenceEstimate:
    """Pearson's correlation across runs; NaN where one of the two does not vary.

    The influence of a run is z_x z_y - r (z_x^2 + z_y^2) / 2.
    """
    spread = (float(x.std()), float(y.std()))
    if min(spread) <= 0.0:
        return InfluenceEstimate(math.nan, np.full_like(x, math.nan))
    zx, zy = (x - x.mean()) / spread[0], (y - y.mean()) / spread[1]
    r = float((zx * zy).mean())
    return InfluenceEstimate(r, zx * zy - r * (zx**2 + zy**2) / 2.0)


def dispersion(values: Reals) -> Reals:
    """Variance over mean of the yearly totals of each run; 1 for a run without events, as for independent ones.

    Given its total, a Poisson process spreads over years as independent events do, and the mean of this is exactly 1.
    """
    years = values.shape[1] // YEAR
    totals = values[:, : years * YEAR].reshape(values.shape[0], years, YEAR).sum(axis=2)
    means = totals.mean(axis=1)
    spread: Reals = totals.var(axis=1, ddof=1)
    found: Reals = np.divide(spread, means, out=np.ones_like(means), where=means > 0)
    return found
