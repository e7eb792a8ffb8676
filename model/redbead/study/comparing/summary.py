"""The summary of a comparison: every outcome of every policy, and its difference from the baseline in the same runs."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import pandas as pd

from redbead.state.types import Reals, Whole
from redbead.study.answers.split import cluster_interval
from redbead.study.comparing.arms import View
from redbead.study.comparing.results import Results
from redbead.study.outcomes import OUTCOMES, PERIODS, Outcome
from redbead.study.statistics import Interval, bootstrap_interval, student_chance, t_interval, wilson_interval

BOOTSTRAP: Final = "bootstrap"


def summary(results: Results) -> pd.DataFrame:
    """One row a policy, theory, outcome and period.

    Mean across runs with its 95 % interval, 5th and 95th percentile of runs; then the difference from the baseline in
    the same runs with its interval, the share of runs in which the policy is better (a tie counts half), and the
    probability that its mean is better. They are empty for the baseline, and the last two where no way is better.
    """
    rows = [
        _row(results, view, outcome, period)
        for period in PERIODS
        for outcome in OUTCOMES.values()
        for view in results.arms.main()
    ]
    return pd.DataFrame(rows)


def interval_of(results: Results, values: Reals, runs: Whole) -> Interval:
    """The mean of one value a run with the interval that the comparison asks for.

    Runs that share a draw of the uncertain parameters are not independent: then it is the mean over draws.
    """
    if results.arms.draws:
        return cluster_interval(values, results.draw(runs))
    return bootstrap_interval(values) if results.comparison.intervals == BOOTSTRAP else t_interval(values)


def _row(results: Results, view: View, outcome: Outcome, period: str) -> dict[str, object]:
    values = results.values(view, outcome.name, period)
    good = np.flatnonzero(~np.isnan(values))
    found = values[good]
    mean, low, high, kind = wilson_interval(found) if outcome.share else interval_of(results, found, good)
    p05, p95 = np.quantile(found, (0.05, 0.95)) if found.size else (math.nan, math.nan)
    return {
        "measure": outcome.name,
        "period": period,
        "unit": outcome.unit,
        "policy": view.policy,
        "theory": view.theory,
        "runs": found.size,
        "mean": mean,
        "mean_low": low,
        "mean_high": high,
        "interval": kind,
        "p05": float(p05),
        "p95": float(p95),
        **_difference(results, view, outcome, period),
        "better": outcome.better,
        "meaning": outcome.meaning,
    }


def _difference(results: Results, view: View, outcome: Outcome, period: str) -> dict[str, object]:
    empty: dict[str, object] = dict.fromkeys(
        ("difference", "difference_low", "difference_high", "share_better", "p_better"), math.nan
    )
    empty["difference_interval"] = ""
    if view.policy == results.comparison.baseline:
        return empty
    side = results.side(view, results.view(results.comparison.baseline, view.theory), outcome.name, period)
    mean, low, high, kind = interval_of(results, side.difference, side.runs)
    told: dict[str, object] = {
        "difference": mean, "difference_low": low, "difference_high": high, "difference_interval": kind
    }  # fmt: skip
    if outcome.better == "neither":
        return empty | told
    gain = side.difference * sign(outcome.better)
    return empty | told | {"share_better": share_better(gain), "p_better": student_chance(gain)}


def share_better(gain: Reals) -> float:
    """The share of runs with a gain above 0, a tie counted half; NaN where there is no run. [share of runs]"""
    return float(((np.sign(gain) + 1.0) / 2.0).mean()) if gain.size else math.nan


def sign(better: str) -> float:
    """1 where more is better, -1 where less is."""
    return 1.0 if better == "up" else -1.0
