"""Further analysis: crossover, actual and recorded change, Shapley shares, switching values, parametric uncertainty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from redbead.analysis import crossover, scenario_discovery, shapley, switching_values
from redbead.analysis.crossover import Crossover
from redbead.analysis.draw_effects import (
    DrawShares,
    VarianceComponents,
    draw_shares,
    draw_statistics,
    estimate_shares,
    predicted_effects,
    variance_components,
)
from redbead.analysis.intervals import Interval
from redbead.analysis.outcomes import OUTCOMES
from redbead.state.constants import Reals, Whole
from redbead.studies.comparison.arms import PACKAGE, SWITCHING, added_levers, search_points
from redbead.studies.comparison.results import ComparisonRuns, interval_of, sign

ACTUAL_AND_RECORDED = (
    ("errors made", "errors_generated", "recorded_incidents"),
    ("quality", "service_quality", "visible_quality"),
)
"""Name, actual outcome and recorded outcome of each comparison."""


class CrossoverResult(NamedTuple):
    """When a policy overtakes its comparator on one outcome."""

    policy: str
    rival: str
    outcome: str
    crossover: Crossover


class ActualAndRecorded(NamedTuple):
    """Difference of a policy from the baseline in what happened and in what was recorded.

    Attributes
    ----------
    policy, what : str
        Policy, and what is compared.
    happened, recorded : Interval
        Difference in the actual and in the recorded outcome.
    gap : Interval
        Recorded minus actual difference.
    contradicts : bool
        Whether the two differ from 0 in opposite directions.
    """

    policy: str
    what: str
    happened: Interval
    recorded: Interval
    gap: Interval
    contradicts: bool


class ShapleyShares(NamedTuple):
    """Shapley shares of the levers of a package in its effect on one outcome."""

    policy: str
    outcome: str
    levers: tuple[str, ...]
    shares: shapley.Shares


class ParametricUncertainty(NamedTuple):
    """Effect of parametric uncertainty on the advantage of a policy.

    Attributes
    ----------
    policy, outcome : str
        Policy and outcome.
    components : VarianceComponents
        Stochastic and parametric variance of the advantage.
    shares : DrawShares or None
        Shares of draws in which it is better or worse; None with too few runs per draw.
    box : Box or None
        Ranges of parameters in which it fails most often. It fails in a draw whose predicted advantage is below 0: the
        mean of its runs, shrunk towards the mean of all draws by the share of its variance that chance explains. With
        one run per draw, which cannot separate the two, it is the mean itself.
    """

    policy: str
    outcome: str
    components: VarianceComponents
    shares: DrawShares | None
    box: scenario_discovery.Box | None


class Advantage(NamedTuple):
    """Weekly advantage of a policy over the baseline in the runs that finished in both.

    Attributes
    ----------
    policy : str
        The policy.
    values : array
        Shape [runs, weeks]; positive where the policy is better.
    draw : array of int or None
        Draw of the uncertain parameters in each run, shape [runs]; None if nothing is drawn.
    """

    policy: str
    values: Reals
    draw: Whole | None


def advantages(results: ComparisonRuns, outcome: str, theory: str, policies: Iterable[str]) -> Iterator[Advantage]:
    """Yield the advantage of each policy on an outcome with a weekly series, if any run finished in both."""
    base = results.role(results.comparison.baseline, theory)
    runs = np.array(results.finished(base))
    comparator = results.weekly(base, outcome, runs.tolist())
    for name in policies:
        role = results.role(name, theory)
        both = sorted(set(results.finished(role)) & set(runs.tolist()))
        if both:
            difference = results.weekly(role, outcome, both) - comparator[np.isin(runs, both)]
            draw = results.draw(np.array(both)) if results.arms.draws else None
            yield Advantage(name, sign(OUTCOMES[outcome].better) * difference, draw)


def crossovers(results: ComparisonRuns, outcome: str, theory: str, level: float = 0.05) -> list[CrossoverResult]:
    """Crossover of each policy with the baseline on one outcome; empty if the outcome has no weekly series.

    Each has the error rate `level`; runs that share a draw of uncertain parameters are replaced by their mean.
    """
    from redbead.analysis.pairs import names

    if outcome not in names():
        return []
    rows = []
    for policy, values, draw in advantages(results, outcome, theory, results.comparison.others):
        crossing = crossover.crossover(values, first_difference_week(values), level, draw)
        rows.append(CrossoverResult(policy, results.comparison.baseline, outcome, crossing))
    return rows


def first_difference_week(advantage: Reals) -> int:
    """First week in which any run differs; 0 if none does. [weeks]"""
    weeks = np.flatnonzero(advantage.any(axis=0))
    return int(weeks[0]) if weeks.size else 0


def actual_and_recorded(results: ComparisonRuns, theory: str) -> list[ActualAndRecorded]:
    """Difference of each policy from the baseline in actual and recorded outcomes, under one theory."""
    base = results.role(results.comparison.baseline, theory)
    rows = []
    for name in results.comparison.others:
        role = results.role(name, theory)
        for what, actual_outcome, recorded_outcome in ACTUAL_AND_RECORDED:
            actual, recorded = (results.pair(role, base, outcome) for outcome in (actual_outcome, recorded_outcome))
            happened, recorded_change = (interval_of(results, s.difference, s.runs) for s in (actual, recorded))
            gap = interval_of(results, recorded.difference - actual.difference, actual.runs)
            rows.append(
                ActualAndRecorded(name, what, happened, recorded_change, gap, _contradict(happened, recorded_change))
            )
    return rows


def _contradict(a: Interval, b: Interval) -> bool:
    """Whether two intervals lie on opposite sides of 0."""
    return (a.low > 0.0 and b.high < 0.0) or (a.high < 0.0 and b.low > 0.0)


def shapley_shares(results: ComparisonRuns) -> list[ShapleyShares]:
    """Shapley shares of the levers of the package, with intervals that hold together over all deciding outcomes."""
    package = results.comparison.package
    if package is None:
        return []
    levers = tuple(lever.kind for lever in added_levers(results.comparison))
    theory = ""
    roles = [results.role(package.policy, theory, PACKAGE, str(mask)) for mask in range(2 ** len(levers))]
    results_by_outcome = []
    outcomes = results.comparison.deciding_outcomes
    for criterion in outcomes:
        rows = np.stack([results.values(role, criterion.measure) for role in roles])
        rows = rows[:, ~np.isnan(rows).any(axis=0)]
        if rows.shape[1] > 1:
            shares = shapley.shares(rows, len(outcomes))
            results_by_outcome.append(ShapleyShares(package.policy, criterion.measure, levers, shares))
    return results_by_outcome


def switching_searches(results: ComparisonRuns) -> list[tuple[str, switching_values.SwitchingValues]]:
    """Switching values of each parameter of the search, by path."""
    search = results.comparison.switching
    if search is None:
        return []
    values_by_path = []
    better = sign(OUTCOMES[search.measure].better)
    for path in search.parameters:
        assumed = results.comparison.policy(search.policy).scenario.value(path)
        points = search_points(path, search.points, assumed)
        rows = []
        for value in points:
            roles = [results.role(n, "", SWITCHING, f"{path}={value!r}") for n in (search.policy, search.rival)]
            policy, comparator = (results.values(role, search.measure) for role in roles)
            rows.append(better * (policy - comparator))
        table = np.stack(rows)
        table = table[:, ~np.isnan(table).any(axis=0)]
        if table.shape[1] > 1:
            values_by_path.append((path, switching_values.find_switching_values(np.array(points), table, assumed)))
    return values_by_path


def shares_of_draws(
    results: ComparisonRuns, pair: tuple[str, str], outcome: str, theory: str
) -> DrawShares | None:  # fmt: skip
    """Shares of draws of uncertain parameters in which the first policy is better or worse than the second."""
    policy, comparator = (results.role(name, theory) for name in pair)
    values = results.pair(policy, comparator, outcome)
    return draw_shares(sign(OUTCOMES[outcome].better) * values.difference, results.draw(values.runs))


def parametric_uncertainty(results: ComparisonRuns, outcome: str, theory: str) -> list[ParametricUncertainty]:
    """Effect of parametric uncertainty on each policy's advantage over the baseline."""
    if not results.arms.draws:
        return []
    base = results.role(results.comparison.baseline, theory)
    names = list(results.arms.draws[0])
    values = np.array([list(draw.values()) for draw in results.arms.draws])
    uncertainties = []
    for name in results.comparison.others:
        pair = results.pair(results.role(name, theory), base, outcome)
        gain, draw = sign(OUTCOMES[outcome].better) * pair.difference, results.draw(pair.runs)
        if not gain.size:
            continue
        draws = draw_statistics(gain, draw)
        components = variance_components(draws)
        box = scenario_discovery.discover(values[np.unique(draw)], names, predicted_effects(draws, components) < 0.0)
        shares = estimate_shares(draws, components)
        uncertainties.append(ParametricUncertainty(name, outcome, components, shares, box))
    return uncertainties
