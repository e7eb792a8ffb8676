"""Verdicts on expectations: an estimate with its 95 % interval, compared with a direction and a band.

A verdict is about the true value, not the estimate. An expectation holds if the whole interval agrees with it, fails if
the whole interval contradicts it, and is otherwise undecided. It therefore holds in at most 2.5 % of samples where the
true value is at an edge or beyond it, and an exact band around the estimate is not enough [Schuirmann1987]_.

.. [Schuirmann1987] Schuirmann: A comparison of the two one-sided tests procedure and the power approach for assessing
   the equivalence of average bioavailability. J. Pharmacokinet. Biopharm. 15. Two one-sided tests, here of 2.5 % each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from redbead.analysis.intervals import Interval, t_critical_value
from redbead.analysis.power import units_for_power
from redbead.studies.behaviour_checks.effects import PairSeries, estimate_effect
from redbead.studies.behaviour_checks.spec import Expectation

FEWEST_RUNS: Final = 2


class CheckVerdict(StrEnum):
    """Verdict on an expectation."""

    HOLDS = "holds"
    FAILS = "does not hold"
    OPEN = "undecided"
    KNOWN = "falls short (known)"
    RESOLVED = "now holds"
    STATED = "undecided (stated)"


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
    interval, runs, note = estimate_effect(expectation, pairs)
    verdict, distance = _raw_verdict(expectation, interval)
    more = more_runs(interval, distance, runs) if verdict is CheckVerdict.OPEN else 0
    return Finding(expectation, _stated(expectation, verdict), interval, more, note)


def _stated(e: Expectation, verdict: CheckVerdict) -> CheckVerdict:
    """The verdict in the light of what the file states: a known shortfall, or that the runs cannot decide.

    An undecided expectation is compatible with either statement, as a known shortfall near an edge of its band is.
    """
    if verdict is CheckVerdict.OPEN:
        return CheckVerdict.STATED if e.known or e.undecided else verdict
    if e.known:
        return CheckVerdict.RESOLVED if verdict is CheckVerdict.HOLDS else CheckVerdict.KNOWN
    return verdict


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
    """A band holds if it contains the whole interval, and fails if the interval lies entirely outside it.

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
    if low <= interval.low and interval.high <= high:
        return CheckVerdict.HOLDS, 0.0
    if interval.high < low or interval.low > high:
        return CheckVerdict.FAILS, 0.0
    return CheckVerdict.OPEN, min(abs(interval.mean - low), abs(interval.mean - high))


def more_runs(interval: Interval, distance: float, runs: int) -> int:
    """Number of further runs that decide the verdict with a probability of 80 %, if the estimate is right.

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
        Further runs needed, as :func:`redbead.analysis.power.units_for_power` computes them. [runs]

    Examples
    --------
    >>> more_runs(Interval(0.1, -0.1, 0.3, ""), 0.1, 10)
    54
    """
    half = (interval.high - interval.low) / 2.0
    if not (math.isfinite(half) and half > 0.0 and distance > 0.0 and runs > 1):
        return max(0, FEWEST_RUNS - runs)
    sd = half * math.sqrt(runs) / t_critical_value(runs - 1)
    return max(1, units_for_power(distance / sd) - runs)
