"""Results of a comparison: outcomes of all runs in memory, weekly values on demand.

Outcomes are computed chunk by chunk and weekly series are read one measure at a time, so memory use stays small.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from redbead.analysis.intervals import Interval
from redbead.analysis.means import MeanEstimate, Method, estimate_mean
from redbead.analysis.outcomes import OUTCOMES, PERIODS, Outcome, window
from redbead.analysis.pairs import values_of
from redbead.exceptions import IntegrityError
from redbead.measures import MEASURES
from redbead.state.constants import Reals, Whole
from redbead.storage.run_store import Key, Store
from redbead.storage.scenario_runs import ScenarioRuns, weekly_means
from redbead.studies.comparison.arms import POLICY, ArmRole, Arms
from redbead.studies.comparison.spec import Comparison

if TYPE_CHECKING:
    import pandas as pd

BLOCK: Final = 50
"""Runs read per block when all runs are processed. [runs]"""


class PairedValues(NamedTuple):
    """Values of one outcome for a policy and its comparator, in the runs that finished in both.

    Attributes
    ----------
    policy, comparator : array
        Values, shape [pairs].
    runs : array of int
        Numbers of the runs, shape [pairs].
    """

    policy: Reals
    comparator: Reals
    runs: Whole

    @property
    def difference(self) -> Reals:
        """Policy minus comparator, shape [pairs]."""
        return np.asarray(self.policy - self.comparator)


@dataclass(frozen=True, eq=False)
class ComparisonRuns:
    """Runs of a comparison with their outcomes.

    Attributes
    ----------
    comparison : Comparison
        What was compared.
    arms : Arms
        What was run.
    store : Store
        Stored runs.
    folder : Path
        Folder of the comparison.
    runs : int
        Number of runs per policy.
    outcomes : array
        Outcomes, shape [arms, runs, periods, outcomes]; NaN if a run failed or does not exist.
    interim : bool
        Whether the command was interrupted, or is still running, so that runs are missing.
    """

    comparison: Comparison
    arms: Arms
    store: Store
    folder: Path
    runs: int
    outcomes: Reals
    interim: bool = False

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Refer to the folder of the copied store, which does not depend on the folder of the original."""
        self.__dict__.update(state, folder=state["store"].folder.parent)

    @property
    def theories(self) -> tuple[str, ...]:
        """Theories, or one empty name if the comparison lists none."""
        return self.comparison.theories or ("",)

    def role(self, policy: str, theory: str | None = None, purpose: str = POLICY, detail: str = "") -> ArmRole:
        """Return the role of a policy under a theory (default: the first), or of part of its analysis.

        Raises
        ------
        KeyError
            There is no such role.
        """
        key = (policy, self.theories[0] if theory is None else theory, purpose, detail)
        for role in self.arms.roles:
            if role[:4] == key:
                return role
        raise KeyError(key)

    def values(self, role: ArmRole, outcome: str, period: str | None = None) -> Reals:
        """One outcome in every run of a role, shape [runs]; NaN if a run failed."""
        period_index = PERIODS.index(period or self.comparison.over)
        return self.outcomes[role.arm, : role.runs or self.runs, period_index, list(OUTCOMES).index(outcome)]

    def pair(self, policy: ArmRole, comparator: ArmRole, outcome: str, period: str | None = None) -> PairedValues:
        """One outcome of two roles in the runs that finished in both."""
        policy_values, comparator_values = (self.values(role, outcome, period) for role in (policy, comparator))
        common = min(len(policy_values), len(comparator_values))
        both = np.flatnonzero(~np.isnan(policy_values[:common]) & ~np.isnan(comparator_values[:common]))
        return PairedValues(policy_values[both], comparator_values[both], both)

    def table(self, roles: Sequence[ArmRole], outcome: str, period: str | None = None) -> tuple[Reals, Whole]:
        """One outcome of several roles in the runs that finished in all of them, shape [roles, runs]; run numbers."""
        rows = np.stack([self.values(role, outcome, period) for role in roles])
        complete = np.flatnonzero(~np.isnan(rows).any(axis=0))
        return rows[:, complete], complete

    def draw(self, runs: Whole) -> Whole:
        """Draw of the uncertain parameters in each run; the run number if nothing is drawn."""
        return runs % len(self.arms.draws) if self.arms.draws else runs

    @property
    def method(self) -> Method:
        """Method for the means of outcomes that are not shares."""
        return Method.BOOTSTRAP if self.comparison.intervals == BOOTSTRAP else Method.STUDENT

    def scenario_runs(self, role: ArmRole) -> ScenarioRuns:
        """The runs of one role."""
        return ScenarioRuns(
            self.arms.arms[role.arm].scenario, role.key, self.comparison.seed, role.runs or self.runs, self.store,
            role.arm, self.outcomes[role.arm],
        )  # fmt: skip

    @property
    def reported_runs(self) -> ScenarioRuns | None:
        """Runs of the policy that the report is about; None if the report compares all policies."""
        name = self.comparison.reported_policy
        return self.scenario_runs(self.role(name)) if name else None

    def weekly(self, role: ArmRole, series: str, runs: Sequence[int] | None = None) -> Reals:
        """Weekly values of a measure or derived series, mean over authorities.

        Parameters
        ----------
        role : ArmRole
            The role.
        series : str
            Name of the measure or derived series.
        runs : sequence of int, optional
            Run numbers; by default all finished runs.

        Returns
        -------
        array
            Shape [runs, weeks].
        """
        keys = [(role.arm, run) for run in (self.finished(role) if runs is None else runs)]
        return values_of(series, lambda measure: weekly_means(self.store, keys, measure, self.comparison.weeks))

    def finished(self, role: ArmRole) -> list[int]:
        """Numbers of the finished runs of a role, in order."""
        records = self.store.runs
        return [
            run
            for run in range(role.runs or self.runs)
            if (run_record := records.get((role.arm, run))) is not None and run_record.chunk
        ]

    def failed(self) -> list[Key]:
        """Keys of the failed runs, in order."""
        requested = {key for arm in range(len(self.arms.arms)) for key in self._requested(arm)}
        return sorted(requested & self.store.failed.keys())

    @property
    def progress(self) -> tuple[int, int]:
        """Number of stored or failed runs, and of all runs."""
        requested = {key for arm in range(len(self.arms.arms)) for key in self._requested(arm)}
        return len(requested & self.store.runs.keys()), len(requested)

    def _requested(self, arm: int) -> list[Key]:
        """Keys of all runs that an arm needs."""
        return [(arm, run) for run in range(self.arms.runs_needed(arm, self.runs))]


def results_of(comparison: Comparison, arms: Arms, store: Store, folder: Path, runs: int) -> ComparisonRuns:
    """Compute the outcomes of all stored runs, chunk by chunk.

    Parameters
    ----------
    comparison, arms : Comparison, Arms
        What was compared and run.
    store : Store
        Stored runs.
    folder : Path
        Folder of the comparison.
    runs : int
        Number of runs per policy.

    Raises
    ------
    IntegrityError
        If the runs of the store are not as long as those of the comparison.
    """
    runs_per_arm = [arms.runs_needed(arm, runs) for arm in range(len(arms.arms))]
    outcomes = np.full((len(runs_per_arm), max(runs_per_arm), len(PERIODS), len(OUTCOMES)), np.nan)
    wanted = {key for key in store.done if key[0] < len(runs_per_arm) and key[1] < runs_per_arm[key[0]]}
    sizes = set()
    for keys, block in store.by_chunk(wanted):
        sizes.add(block.shape[2])
        if block.shape[-1] != comparison.weeks or len(sizes) > 1:
            msg = (
                f"{store.folder}: the stored runs do not have the {comparison.weeks} weeks, or the number of "
                "authorities, of this comparison.\n    To repeat the runs, remove or rename the folder and run the "
                "same command again."
            )
            raise IntegrityError(msg)
        outcomes[*np.array(keys).T] = outcomes_of_runs(block)
    return ComparisonRuns(comparison, arms, store, folder, runs, outcomes)


def outcomes_of_runs(block: Reals) -> Reals:
    """All outcomes of some runs, shape [runs, periods, outcomes].

    Parameters
    ----------
    block : array
        Weekly values, shape [measures, runs, authorities, weeks].
    """
    return np.stack([_outcomes(block, window(block.shape[-1], period)) for period in PERIODS], axis=1)


def _outcomes(block: Reals, weeks: slice) -> Reals:
    """All outcomes of some runs over some weeks, shape [runs, outcomes]."""
    # The last bit of a sum depends on the memory layout, so every chunk is made contiguous.
    means = {
        m.name: np.ascontiguousarray(block[position, ..., weeks].mean(axis=1)) for position, m in enumerate(MEASURES)
    }
    return np.stack([item.of(means.__getitem__) for item in OUTCOMES.values()], axis=1)


BOOTSTRAP: Final = "bootstrap"


def summary(results: ComparisonRuns) -> pd.DataFrame:
    """One row per policy, theory, outcome and period.

    Returns
    -------
    DataFrame
        Mean across runs with its 95 % interval; 5th and 95th percentile across runs; paired difference from the
        baseline with its interval; share of runs in which the policy is better (ties count half); probability that its
        mean is better. Differences are empty for the baseline, and the last two columns also if neither direction is
        better.
    """
    import pandas as pd

    rows = [
        _row(results, role, outcome, period)
        for period in PERIODS
        for outcome in OUTCOMES.values()
        for role in results.arms.main()
    ]
    return pd.DataFrame(rows)


def estimate_of(results: ComparisonRuns, values: Reals, runs: Whole, method: Method | None = None) -> MeanEstimate:
    """Estimate the mean of one value per run.

    If runs share draws of uncertain parameters, they are not independent, and the units are the draws.

    Parameters
    ----------
    results : ComparisonRuns
        The comparison.
    values : array
        One value per run.
    runs : array of int
        Numbers of these runs.
    method : Method, optional
        Method for the values; by default the one that the comparison specifies.
    """
    return estimate_mean(values, results.draw(runs) if results.arms.draws else None, method or results.method)


def interval_of(results: ComparisonRuns, values: Reals, runs: Whole) -> Interval:
    """Mean of one value per run with its 95 % interval, as :func:`estimate_of` estimates it."""
    return estimate_of(results, values, runs).interval()


def level_method(outcome: str) -> Method | None:
    """Method for the mean of an outcome: that of a share for 0 or 1 per run, otherwise that of the comparison."""
    return Method.SHARE if OUTCOMES[outcome].share else None


def difference_method(outcome: str) -> Method | None:
    """Method for paired differences of an outcome: that of paired shares for 0 or 1 per run."""
    return Method.PAIRED_SHARES if OUTCOMES[outcome].share else None


def _row(results: ComparisonRuns, role: ArmRole, outcome: Outcome, period: str) -> dict[str, object]:
    """One row of the summary."""
    values = results.values(role, outcome.name, period)
    finished_runs = np.flatnonzero(~np.isnan(values))
    finished = values[finished_runs]
    mean, low, high, kind = estimate_of(results, finished, finished_runs, level_method(outcome.name)).interval()
    p05, p95 = np.quantile(finished, (0.05, 0.95)) if finished.size else (math.nan, math.nan)
    return {
        "measure": outcome.name,
        "period": period,
        "unit": outcome.unit,
        "policy": role.policy,
        "theory": role.theory,
        "runs": finished.size,
        "mean": mean,
        "mean_low": low,
        "mean_high": high,
        "interval": kind,
        "p05": float(p05),
        "p95": float(p95),
        **_difference(results, role, outcome, period),
        "better": outcome.better,
        "meaning": outcome.meaning,
    }


def _difference(results: ComparisonRuns, role: ArmRole, outcome: Outcome, period: str) -> dict[str, object]:
    """Columns of the paired difference from the baseline."""
    empty: dict[str, object] = dict.fromkeys(
        ("difference", "difference_low", "difference_high", "share_better", "p_better"), math.nan
    )
    empty["difference_interval"] = ""
    if role.policy == results.comparison.baseline:
        return empty
    pair = results.pair(role, results.role(results.comparison.baseline, role.theory), outcome.name, period)
    estimate = estimate_of(results, pair.difference, pair.runs, difference_method(outcome.name))
    mean, low, high, kind = estimate.interval()
    row: dict[str, object] = {
        "difference": mean, "difference_low": low, "difference_high": high, "difference_interval": kind
    }  # fmt: skip
    if outcome.better == "neither":
        return empty | row
    direction = sign(outcome.better)
    return empty | row | {
        "share_better": share_better(direction * pair.difference),
        "p_better": estimate.p_positive if direction > 0.0 else 1.0 - estimate.p_positive,
    }  # fmt: skip


def share_better(gain: Reals) -> float:
    """Share of runs with a gain above 0, where ties count half; NaN without runs. [0-1]"""
    return float(((np.sign(gain) + 1.0) / 2.0).mean()) if gain.size else math.nan


def sign(better: str) -> float:
    """1 if more is better, -1 if less is better."""
    return 1.0 if better == "up" else -1.0
