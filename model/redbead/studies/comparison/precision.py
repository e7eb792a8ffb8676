r"""Number of runs with 'auto': a pilot decides it, and the pilot's runs are not part of the results.

If runs were added until an interval is narrow, the batch would tend to stop when the runs happen to vary little, and
its intervals would contain the truth too rarely. Here the number of runs follows from a pilot with separate seeds
[Stein1945]_. It is therefore independent of the runs that are reported, and their intervals have the coverage of a
number that was fixed in advance. ``docs/statistics.md`` has measured figures.

.. [Stein1945] Stein: A two-sample test for a linear hypothesis whose power is independent of the variance. Annals of
   Mathematical Statistics 16. Stein uses the pilot in the result; here it is left out, because skewed outcomes would
   otherwise lose coverage.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.draw_effects import draw_statistics, variance_components
from redbead.analysis.intervals import LEVEL
from redbead.analysis.means import Method, NoSpread, estimate_mean
from redbead.analysis.outcomes import OUTCOMES, window
from redbead.execution.jobs import RunResult
from redbead.measures import MEASURES
from redbead.quantities import three_digits
from redbead.state.constants import Reals, Whole
from redbead.studies.comparison.arms import ArmRole, Arms
from redbead.studies.comparison.results import difference_method
from redbead.studies.comparison.spec import PILOT_RUNS, Comparison, DecidingOutcome

RUN_STEP: Final = 10
"""Numbers of runs with 'auto' are multiples of this. [runs]"""

UNSEEN: Final = 0.01
"""Share of runs that may still differ from the others if the pilot shows no variation at all. [0-1]"""

WITHIN_SHARE: Final = 0.1
"""Share of the variance of a mean over draws up to which variation within draws does not matter. Without it the
interval would be 5 % narrower. [0-1]"""

_RUNS_WITHOUT_SPREAD: Final = math.ceil(math.log(1.0 - LEVEL) / math.log(1.0 - UNSEEN))
"""Runs after which at most the share `UNSEEN` can still differ, if none of them does (299). [runs]"""

_POSITION: Final = {measure.name: place for place, measure in enumerate(MEASURES)}


class PairedDifferences(NamedTuple):
    """Differences of one policy from the baseline in one deciding outcome.

    Attributes
    ----------
    role : ArmRole
        The policy.
    criterion : DecidingOutcome
        The outcome.
    values : array
        Differences, shape [pairs], in the unit of the outcome.
    draw : array of int or None
        Draw of the uncertain parameters in each pair, shape [pairs].
    smallest_important : float
        Smallest difference that matters, in the unit of the outcome.
    """

    role: ArmRole
    criterion: DecidingOutcome
    values: Reals
    draw: Whole | None
    smallest_important: float

    @property
    def method(self) -> Method:
        """Method for the mean difference."""
        return difference_method(self.criterion.measure) or Method.STUDENT

    @property
    def half_width(self) -> float:
        """Half of the widest side of the 95 % interval, in the unit of the outcome; NaN without an interval."""
        mean, low, high, _ = estimate_mean(self.values, self.draw, self.method).interval()
        return max(mean - low, high - mean)


class PrecisionMonitor:
    """Computes paired differences while runs finish; keeps one number per run and deciding outcome."""

    def __init__(self, comparison: Comparison, arms: Arms) -> None:
        self._comparison, self._arms = comparison, arms
        self._weeks = window(comparison.weeks, comparison.over)
        self._baseline = {role.theory: role for role in arms.main() if role.policy == comparison.baseline}
        self._values: list[dict[int, Reals]] = [{} for _ in arms.arms]

    def add_result(self, item: RunResult) -> None:
        """Add a run that has just finished."""
        if item.weekly is not None:
            self.add_run(item.spec.arm, item.spec.run, item.weekly)

    def add_run(self, arm: int, run: int, weekly: Reals) -> None:
        """Add the weekly values of a run, shape [measures, authorities, weeks]."""
        values = weekly[..., self._weeks].mean(axis=1)
        outcomes = [
            OUTCOMES[criterion.measure].of(lambda name: values[None, _POSITION[name]])
            for criterion in self._comparison.deciding_outcomes
        ]
        self._values[arm][run] = np.array([float(outcome[0]) for outcome in outcomes])

    def differences(self, runs: Sequence[int]) -> Iterator[PairedDifferences]:
        """Yield the paired differences of all policies and deciding outcomes over these runs."""
        for role in self._arms.main():
            baseline = self._baseline[role.theory]
            if role.policy != self._comparison.baseline and role.arm != baseline.arm:
                yield from self._differences(role, baseline, runs)

    def _differences(self, role: ArmRole, baseline: ArmRole, runs: Sequence[int]) -> Iterator[PairedDifferences]:
        """Yield the paired differences of one policy, for every deciding outcome."""
        policy_values, baseline_values = self._values[role.arm], self._values[baseline.arm]
        both = [run for run in runs if run in policy_values and run in baseline_values]
        if not both:
            return
        base = np.array([baseline_values[run] for run in both])
        values = np.array([policy_values[run] for run in both]) - base
        draw = np.array(both) % len(self._arms.draws) if self._arms.draws else None
        for position, criterion in enumerate(self._comparison.deciding_outcomes):
            scale = abs(float(base[:, position].mean())) if criterion.relative else 1.0
            yield PairedDifferences(
                role, criterion, values[:, position], draw, criterion.smallest_important * scale
            )  # fmt: skip

    def runs_needed(self, pilot: Sequence[int]) -> int:
        """Number of runs per policy with which every paired interval is narrow enough, given the runs of the pilot."""
        most = self._comparison.limits.runs
        needs = [runs_for_width(item, most) for item in self.differences(pilot)]
        needed = max([PILOT_RUNS, *needs])
        return min(most, RUN_STEP * math.ceil(needed / RUN_STEP))

    def progress_note(self, runs: int) -> str:
        """The widest interval over the first `runs` runs relative to its target, for the line of progress."""
        items = [item for item in self.differences(range(runs)) if item.smallest_important > 0.0]
        widths = [(item, half) for item in items if math.isfinite(half := item.half_width)]
        if not widths:
            return ""
        widest, half = max(widths, key=lambda pair: pair[1] / pair[0].smallest_important)
        target = three_digits(widest.smallest_important)
        return f"widest: {widest.criterion.measure} ±{three_digits(half)}, target ±{target}"


def runs_for_width(item: PairedDifferences, most: int) -> int:
    r"""Number of runs with which the interval of a paired difference is as narrow as the difference that matters.

    Parameters
    ----------
    item : PairedDifferences
        Differences of the pilot.
    most : int
        Answer where no number of runs would be enough. [runs]

    Returns
    -------
    int
        Runs, at most `most`.

    Notes
    -----
    The half-width h of n runs shrinks with the square root of the number of runs, so that :math:`n (h / d)^2` runs are
    needed for a half-width d. If the pilot shows no variation, the number is that after which at most 1 % of runs can
    still differ (with 95 %). With draws of uncertain parameters, the half-width over D draws with r runs each is

    .. math:: h(r) = t_{D - 1} \sqrt{(\sigma_b^2 + \sigma_w^2 / r) / D}

    and r is the smallest number with :math:`h(r) \le d`, or with :math:`\sigma_w^2 / r` at most a tenth of the
    variance, from which on only further draws would help.
    """
    target = item.smallest_important
    if item.values.size < 2 or target <= 0.0:
        return most
    if item.draw is not None:
        return _runs_over_draws(item.values, item.draw, target, most)
    if isinstance(estimate_mean(item.values, None, item.method), NoSpread):
        return min(most, _RUNS_WITHOUT_SPREAD)
    return min(most, math.ceil(item.values.size * (item.half_width / target) ** 2))


def _runs_over_draws(values: Reals, draw: Whole, target: float, most: int) -> int:
    """Number of runs over all draws, from the variance within and between draws."""
    from scipy.special import stdtrit

    draws = draw_statistics(values, draw)
    parts = variance_components(draws)
    count = draws.mean.size
    if math.isnan(parts.stochastic):
        return most
    between, within = parts.parametric, parts.stochastic
    if between + within == 0.0:
        return min(most, _RUNS_WITHOUT_SPREAD)
    variance = count * (target / float(stdtrit(count - 1, (1.0 + LEVEL) / 2.0))) ** 2  # wanted, per draw
    enough = within / (variance - between) if variance > between else math.inf
    pointless = within * (1.0 - WITHIN_SHARE) / (WITHIN_SHARE * between) if between > 0.0 else math.inf
    per_draw = min(enough, pointless)
    return most if math.isinf(per_draw) else min(most, count * max(1, math.ceil(round(per_draw, 9))))
