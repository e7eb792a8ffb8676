"""Answers that go deeper: when it turns, two ledgers, shares of a package, switching values, doubt and discovery."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from redbead import parameters
from redbead.analysis import crossover, scenario_discovery, shapley, switching_values
from redbead.analysis.intervals import Interval
from redbead.analysis.outcomes import OUTCOMES
from redbead.analysis.variance_components import VarianceComponents, variance_components
from redbead.state.types import Reals
from redbead.studies.comparison.arms import PACKAGE, SWITCHING, own_levers, points_of
from redbead.studies.comparison.results import ComparisonRuns, interval_of, sign

LEDGERS = (
    ("errors made", "errors_generated", "recorded_incidents"),
    ("quality", "service_quality", "visible_quality"),
)
"""What happened beside what was recorded, by name."""


class CrossoverResult(NamedTuple):
    """When a policy overtakes its rival on one measure, week by week."""

    policy: str
    rival: str
    outcome: str
    found: crossover.Crossover


class ActualAndRecorded(NamedTuple):
    """One policy in two ledgers: its difference from the baseline in what happened, and in what was recorded.

    `contradicts` where the two point in different directions and both can be told from 0.
    """

    policy: str
    what: str
    happened: Interval
    recorded: Interval
    gap: Interval
    contradicts: bool


class ShapleyShares(NamedTuple):
    """The shares of the levers of a package in its effect on one outcome."""

    policy: str
    outcome: str
    levers: tuple[str, ...]
    shares: shapley.Shares


class ParametricUncertainty(NamedTuple):
    """What the doubt about parameters does to one policy's advantage: its part of the spread, and where it fails."""

    policy: str
    outcome: str
    parts: VarianceComponents
    fails: float
    box: scenario_discovery.Box | None


def crossovers(results: ComparisonRuns, outcome: str, theory: str) -> list[CrossoverResult]:
    """When each policy overtakes the baseline on one measure; nothing for an outcome that is no weekly measure."""
    from redbead.analysis.series import names

    if outcome not in names():
        return []
    base = results.view(results.comparison.baseline, theory)
    found = []
    for name in results.comparison.others:
        view = results.view(name, theory)
        both = sorted(set(results.finished(view)) & set(results.finished(base)))
        if both:
            mine, other = (results.weekly(v, outcome, both) for v in (view, base))
            advantage = sign(OUTCOMES[outcome].better) * (mine - other)
            found.append(
                CrossoverResult(name, base.policy, outcome, crossover.crossover(advantage, start_of(advantage)))
            )
    return found


def start_of(advantage: Reals) -> int:
    """The first week in which any run differs; 0 where none ever does. [week]"""
    weeks = np.flatnonzero(advantage.any(axis=0))
    return int(weeks[0]) if weeks.size else 0


def actual_and_recorded(results: ComparisonRuns, theory: str) -> list[ActualAndRecorded]:
    """Each policy against the baseline: what happened, what was recorded, and the gap between the two."""
    base = results.view(results.comparison.baseline, theory)
    found = []
    for name in results.comparison.others:
        view = results.view(name, theory)
        for what, true, seen in LEDGERS:
            first, second = (results.side(view, base, outcome) for outcome in (true, seen))
            happened, recorded = (interval_of(results, s.difference, s.runs) for s in (first, second))
            gap = interval_of(results, second.difference - first.difference, first.runs)
            found.append(ActualAndRecorded(name, what, happened, recorded, gap, _contradict(happened, recorded)))
    return found


def _contradict(a: Interval, b: Interval) -> bool:
    return (a.low > 0.0 and b.high < 0.0) or (a.high < 0.0 and b.low > 0.0)


def shapley_shares(results: ComparisonRuns) -> list[ShapleyShares]:
    """The shares of the levers of the package, on every deciding outcome."""
    asked = results.comparison.package
    if asked is None:
        return []
    levers = tuple(lever.kind for lever in own_levers(results.comparison))
    theory = ""
    views = [results.view(asked.policy, theory, PACKAGE, str(mask)) for mask in range(2 ** len(levers))]
    found = []
    for target in results.comparison.targets:
        rows = np.stack([results.values(view, target.measure) for view in views])
        rows = rows[:, ~np.isnan(rows).any(axis=0)]
        if rows.shape[1] > 1:
            found.append(ShapleyShares(asked.policy, target.measure, levers, shapley.shares(rows)))
    return found


def switching_searches(results: ComparisonRuns) -> list[tuple[str, switching_values.SwitchingValues]]:
    """The switching values of each doubtful parameter, by its path."""
    asked = results.comparison.switching
    if asked is None:
        return []
    found = []
    better = sign(OUTCOMES[asked.measure].better)
    for path in asked.parameters:
        assumed = results.comparison.policy(asked.policy).scenario.value(path)
        at = points_of(path, asked.points, assumed)
        rows = []
        for value in at:
            views = [results.view(n, "", SWITCHING, f"{path}={value!r}") for n in (asked.policy, asked.rival)]
            mine, rival = (results.values(view, asked.measure) for view in views)
            rows.append(better * (mine - rival))
        table = np.stack(rows)
        table = table[:, ~np.isnan(table).any(axis=0)]
        if table.shape[1] > 1:
            found.append((path, switching_values.switching(np.array(at), table, assumed)))
    return found


def switch_sentence(path: str, found: switching_values.SwitchingValues) -> str:
    """What the switching values of a parameter mean, in a sentence."""
    param = parameters.register()[path].param
    return switching_values.sentence(found, param.meaning.partition(" (0 cuts")[0], param.unit)


def parametric_uncertainty(results: ComparisonRuns, outcome: str, theory: str) -> list[ParametricUncertainty]:
    """What the doubt about parameters does to each policy's advantage over the baseline."""
    if not results.arms.draws:
        return []
    base = results.view(results.comparison.baseline, theory)
    names = list(results.arms.draws[0])
    values = np.array([list(draw.values()) for draw in results.arms.draws])
    found = []
    for name in results.comparison.others:
        side = results.side(results.view(name, theory), base, outcome)
        gain, draw = sign(OUTCOMES[outcome].better) * side.difference, results.draw(side.runs)
        if not gain.size:
            continue
        seen = np.unique(draw)
        mean = np.array([gain[draw == d].mean() for d in seen])
        box = scenario_discovery.discover(values[seen], names, mean < 0.0)
        found.append(
            ParametricUncertainty(name, outcome, variance_components(gain, draw), float((mean < 0.0).mean()), box)
        )
    return found
