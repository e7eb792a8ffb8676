"""Comparison of the model with targets: estimated level, verdict on its band, and whether the runs are conclusive."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from redbead.analysis.estimates import Estimate
from redbead.measures import MeasureLookup
from redbead.scenario.scenario import Scenario
from redbead.studies.targets.levels import levels_of
from redbead.studies.targets.spec import Target, TargetSet


class TargetVerdict(StrEnum):
    """Whether a level lies inside the band of its target."""

    INSIDE = "in"
    OUTSIDE = "out"
    UNSEEN = "unseen"


class TargetResult(NamedTuple):
    """A target, the estimated level of the model, and the verdict."""

    target: Target
    estimate: Estimate
    verdict: TargetVerdict

    @property
    def conclusive(self) -> bool:
        """Whether the interval of the level contains neither end of the band."""
        ends = (self.estimate.low, self.estimate.high)
        return all(map(math.isfinite, ends)) and not any(ends[0] < edge < ends[1] for edge in self.edges)

    @property
    def edges(self) -> tuple[float, float]:
        """Lower and upper end of the band."""
        return self.target.low, self.target.high


def compare_with_targets(targets: TargetSet, get: MeasureLookup) -> list[TargetResult]:
    """Compare every target with the levels of some runs.

    Parameters
    ----------
    targets : TargetSet
        The targets.
    get : MeasureLookup
        Returns a weekly measure by name. [runs, weeks]

    Returns
    -------
    list of TargetResult
        One result per target, in order.
    """
    return target_results(targets, levels_of(get, targets.levels))


def target_results(targets: TargetSet, levels: Mapping[str, Estimate]) -> list[TargetResult]:
    """Compare every target with its estimated level, by name of the level."""
    return [TargetResult(t, levels[t.level], verdict_on(t, levels[t.level])) for t in targets.targets]


def verdict_on(target: Target, estimate: Estimate) -> TargetVerdict:
    """Return whether the level lies inside the band, or could not be estimated."""
    if not math.isfinite(estimate.value):
        return TargetVerdict.UNSEEN
    return TargetVerdict.INSIDE if target.contains(estimate.value) else TargetVerdict.OUTSIDE


def unmet(results: Iterable[TargetResult]) -> list[TargetResult]:
    """Return the calibration targets whose level is not inside the band, the farthest first."""
    missed = [item for item in results if item.target.fitted and item.verdict is not TargetVerdict.INSIDE]
    return sorted(missed, key=lambda item: -abs(implausibility(item.target, item.estimate.value, 0.0)))


def implausibility(target: Target, value: float, variance: float) -> float:
    r"""Distance of a level from its target, in standard deviations of band and level together. [sd]

    Parameters
    ----------
    target : Target
        The target.
    value : float
        Level of the model, in the unit of the target.
    variance : float
        Variance of the level: sampling error of the runs plus error of an emulator. [unit²]

    Returns
    -------
    float
        Signed implausibility; infinite if the level could not be estimated.

    Notes
    -----
    .. math:: I = (y - z) / \sqrt{s(y)^2 + V}

    with published figure z and half the width of the band on the side of y as 2 s(y) [Craig1997]_.

    References
    ----------
    .. [Craig1997] Craig, Goldstein, Seheult and Smith: Pressure matching for hydrocarbon reservoirs. Case Studies in
       Bayesian Statistics 3.

    Examples
    --------
    >>> t = Target("t", "caseload", "cases/worker", 16.0, 15.0, 18.0, "", "measured", "k", "d")
    >>> implausibility(t, 17.0, 0.0), implausibility(t, 15.0, 0.0)
    (1.0, -2.0)
    """
    if not math.isfinite(value):
        return math.inf
    return (value - target.value) / math.sqrt(target.half_band_sd(value) ** 2 + variance)


def comparable(scenario: Scenario) -> bool:
    """Whether a scenario is comparable with England: authorities are inspected and graded."""
    return scenario.value("inspection.visits") > 0 and scenario.value("inspection.graded") > 0
