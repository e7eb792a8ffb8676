"""Verdicts: each target beside the level of the model, inside its band or not, and how far the runs can tell."""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from redbead.analysis.estimates import Estimate
from redbead.execution.runs import ScenarioRuns
from redbead.measures import MeasureLookup
from redbead.scenario.scenario import Scenario
from redbead.studies.targets.levels import levels_of
from redbead.studies.targets.spec import Target, TargetSet


class TargetVerdict(StrEnum):
    """What came of a target."""

    INSIDE = "in"
    OUTSIDE = "out"
    UNSEEN = "unseen"


class TargetResult(NamedTuple):
    """A target, the level of the model, and the verdict on it."""

    target: Target
    found: Estimate
    verdict: TargetVerdict

    @property
    def sure(self) -> bool:
        """Whether the whole interval of the level lies on one side of both ends of the band."""
        ends = (self.found.low, self.found.high)
        return all(map(math.isfinite, ends)) and not any(ends[0] < edge < ends[1] for edge in self.edges)

    @property
    def edges(self) -> tuple[float, float]:
        """The ends of the band."""
        return self.target.low, self.target.high


def compare_with_targets(targets: TargetSet, get: MeasureLookup) -> list[TargetResult]:
    """Every target held against the runs whose weekly measures `get` gives."""
    levels = levels_of(get, tuple({target.level: None for target in targets.targets}))
    return [
        TargetResult(target, levels[target.level], verdict_on(target, levels[target.level]))
        for target in targets.targets
    ]


def compare_runs_with_targets(targets: TargetSet, batch: ScenarioRuns) -> list[TargetResult]:
    """Every target held against the finished runs of a batch."""
    return compare_with_targets(targets, batch.values)


def verdict_on(target: Target, found: Estimate) -> TargetVerdict:
    """Whether the level lies inside the band of its target."""
    if not math.isfinite(found.value):
        return TargetVerdict.UNSEEN
    return TargetVerdict.INSIDE if target.holds(found.value) else TargetVerdict.OUTSIDE


def unmet(held: Iterable[TargetResult]) -> list[TargetResult]:
    """Those that calibration aims at and that are not inside their bands, the farthest first."""
    found = [item for item in held if item.target.fitted and item.verdict is not TargetVerdict.INSIDE]
    return sorted(found, key=lambda item: -abs(implausibility(item.target, item.found.value, 0.0)))


def implausibility(target: Target, value: float, variance: float) -> float:
    """How far a level lies from its target, in standard deviations of band and level together [Craig1997]_. [sd]

    `variance` is that of the level itself: of the runs, and of whatever stands in for them.

    >>> t = Target("t", "caseload", "cases/worker", 16.0, 15.0, 18.0, "", "measured", "k", "d")
    >>> implausibility(t, 17.0, 0.0), implausibility(t, 15.0, 0.0)
    (1.0, -2.0)

    .. [Craig1997] Craig, Goldstein, Seheult and Smith: Pressure matching for hydrocarbon reservoirs. Case Studies in
       Bayesian Statistics 3.
    """
    if not math.isfinite(value):
        return math.inf
    return (value - target.value) / math.sqrt(target.spread(value) ** 2 + variance)


def comparable(scenario: Scenario) -> bool:
    """Whether a scenario can be held against England: inspected and graded, in the usual time."""
    return scenario.value("inspection.visits") > 0 and scenario.value("inspection.graded") > 0
