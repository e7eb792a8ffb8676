"""Findings of a comparison: effects against the baseline, rankings, regret and dominance."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from redbead.analysis.intervals import Interval, further_runs, probability_mean_positive
from redbead.analysis.outcomes import OUTCOMES
from redbead.analysis.ranking import (
    PairwiseTest,
    Rank,
    dominance,
    not_distinguishable_from_best,
    pairwise_tests,
    ranks,
    regret,
)
from redbead.state.constants import Reals, Whole
from redbead.studies.comparison.arms import ArmRole
from redbead.studies.comparison.results import ComparisonRuns, interval_of, share_better, sign
from redbead.studies.comparison.spec import DecidingOutcome


class EffectVerdict(StrEnum):
    """Verdict on a policy against the baseline, from the interval of the paired difference.

    The interval is compared with 0 and with the smallest difference that matters. These words are used in all tables,
    reports and files.
    """

    BETTER_AND_MATTERS = "better, and it matters"
    BETTER = "better, but may not matter"
    TOO_SMALL = "no difference that matters"
    WORSE = "worse, but may not matter"
    WORSE_AND_MATTERS = "worse, and it matters"
    EQUAL = "equal in every run"
    INCONCLUSIVE = "inconclusive"


class Effect(NamedTuple):
    """Effect of one policy on one outcome under one theory.

    Attributes
    ----------
    policy, theory, outcome : str
        What the effect is of.
    mean : Interval
        Mean of the policy.
    base : float
        Mean of the baseline.
    difference : Interval
        Paired difference, policy minus baseline, in the unit of the outcome.
    share_better : float
        Share of runs in which the policy is better. [0-1]
    p_better : float
        Probability that the mean of the policy is better. [0-1]
    smallest_important : float
        Smallest difference that matters, in the unit of the outcome.
    verdict : EffectVerdict
        Verdict.
    more_runs : int
        Additional runs that would make an inconclusive verdict conclusive if the estimate held; otherwise 0.
    """

    policy: str
    theory: str
    outcome: str
    mean: Interval
    base: float
    difference: Interval
    share_better: float
    p_better: float
    smallest_important: float
    verdict: EffectVerdict
    more_runs: int

    @property
    def relative(self) -> Interval:
        """Difference as a share of the mean of the baseline; NaN if that is 0."""
        scale = 1.0 / abs(self.base) if self.base else math.nan
        mean, low, high, kind = self.difference
        return Interval(mean * scale, low * scale, high * scale, kind)


class Ranking(NamedTuple):
    """All policies on one outcome under one theory.

    Attributes
    ----------
    theory, outcome : str
        Theory and outcome.
    policies : tuple of str
        Names of the policies.
    ranks : list of Rank
        Rank of each policy.
    pairs : list of PairwiseTest
        Tests of all pairs.
    tied : list of str
        Policies that cannot be distinguished from the one with the best mean, which comes first.
    means : array
        Mean of each policy, shape [policies], in the unit of the outcome.
    runs : int
        Number of runs that finished in all policies.
    """

    theory: str
    outcome: str
    policies: tuple[str, ...]
    ranks: list[Rank]
    pairs: list[PairwiseTest]
    tied: list[str]
    means: Reals
    runs: int

    @property
    def winner(self) -> str:
        """The best policy, or empty if it cannot be distinguished from another."""
        return self.tied[0] if len(self.tied) == 1 else ""

    @property
    def best(self) -> str:
        """The policy with the best mean, distinguishable or not."""
        return self.tied[0]


class Regret(NamedTuple):
    """Maximum and mean shortfall of a policy from the best over futures, in the unit of the outcome."""

    policy: str
    outcome: str
    maximum: float
    mean: float
    futures: str


class Dominance(NamedTuple):
    """Whether a policy is dominated over all deciding outcomes.

    Attributes
    ----------
    policy : str
        The policy.
    dominated_by : tuple of str
        Policies that are as good on every outcome and better on at least one.
    probability : float
        Share of resamples in which some policy dominates it. [0-1]
    """

    policy: str
    dominated_by: tuple[str, ...]
    probability: float


def effects(results: ComparisonRuns, theory: str) -> list[Effect]:
    """Effects of all policies other than the baseline on all deciding outcomes, under one theory."""
    others = [results.role(name, theory) for name in results.comparison.others]
    return [_effect(results, role, criterion) for criterion in results.comparison.deciding_outcomes for role in others]


def _effect(results: ComparisonRuns, role: ArmRole, criterion: DecidingOutcome) -> Effect:
    """Effect of one policy on one deciding outcome."""
    outcome = OUTCOMES[criterion.measure]
    pair = results.pair(role, results.role(results.comparison.baseline, role.theory), criterion.measure)
    base = float(pair.comparator.mean()) if pair.comparator.size else math.nan
    smallest_important = criterion.smallest_important * (abs(base) if criterion.relative else 1.0)
    difference = interval_of(results, pair.difference, pair.runs)
    gain = sign(outcome.better) * pair.difference
    verdict = _verdict(difference, sign(outcome.better), smallest_important, equal=gain.size > 0 and not gain.any())
    half_width = (difference.high - difference.low) / 2.0
    undecided = verdict is EffectVerdict.INCONCLUSIVE and half_width > 0.0 and difference.mean != 0.0
    more_runs = further_runs(half_width, abs(difference.mean), pair.runs.size) if undecided else 0
    return Effect(
        role.policy, role.theory, criterion.measure, interval_of(results, pair.policy, pair.runs), base, difference,
        share_better(gain), probability_mean_positive(gain), smallest_important, verdict, more_runs,
    )  # fmt: skip


def _verdict(difference: Interval, direction: float, smallest_important: float, *, equal: bool) -> EffectVerdict:
    """Verdict from an interval; more is better if `direction` is 1, less if it is -1."""
    if equal:
        return EffectVerdict.EQUAL
    low, high = sorted((direction * difference.low, direction * difference.high))
    if low >= smallest_important:
        return EffectVerdict.BETTER_AND_MATTERS
    if high <= -smallest_important:
        return EffectVerdict.WORSE_AND_MATTERS
    if -smallest_important < low and high < smallest_important:
        return EffectVerdict.TOO_SMALL
    if low > 0.0:
        return EffectVerdict.BETTER
    return EffectVerdict.WORSE if high < 0.0 else EffectVerdict.INCONCLUSIVE


def gains(results: ComparisonRuns, outcome: str, theory: str) -> tuple[Reals, Whole]:
    """One outcome of all policies in the runs that finished in all of them, signed so that more is better."""
    roles = [results.role(name, theory) for name in results.comparison.names]
    table, runs = results.table(roles, outcome)
    return sign(OUTCOMES[outcome].better) * table, runs


def ranking_of(results: ComparisonRuns, outcome: str, theory: str) -> Ranking | None:
    """Rank all policies on one outcome; None if no run finished in all of them."""
    table, runs = gains(results, outcome, theory)
    if not runs.size:
        return None
    names = results.comparison.names
    cluster = results.draw(runs) if results.arms.draws else None
    pairs = pairwise_tests(table, len(results.comparison.deciding_outcomes), cluster)
    tied = [names[k] for k in not_distinguishable_from_best(table, pairs)]
    means = sign(OUTCOMES[outcome].better) * table.mean(axis=1)
    return Ranking(theory, outcome, names, ranks(table, cluster), pairs, tied, means, runs.size)


def regrets(results: ComparisonRuns, outcome: str) -> list[Regret]:
    """Regret of each policy over theories and draws; over runs if neither varies."""
    tables, futures = [], []
    for number, theory in enumerate(results.theories):
        table, runs = gains(results, outcome, theory)
        tables.append(table)
        draws = results.draw(runs) if results.arms.draws or len(results.theories) == 1 else np.zeros_like(runs)
        futures.append(number * 1_000_000 + draws)
    all_gains, future = np.concatenate(tables, axis=1), np.concatenate(futures)
    if not future.size:
        return []
    maximum, mean = regret(all_gains, future)
    sources = [f"{len(results.theories)} theories"] if len(results.theories) > 1 else []
    sources += [f"{len(results.arms.draws)} draws of the uncertain parameters"] if results.arms.draws else []
    description = " and ".join(sources) or f"{future.size} runs"
    return [
        Regret(n, outcome, float(maximum[k]), float(mean[k]), description)
        for k, n in enumerate(results.comparison.names)
    ]


def dominated_policies(results: ComparisonRuns, theory: str) -> list[Dominance]:
    """Dominance of each policy over all deciding outcomes, under one theory."""
    names = results.comparison.names
    tables = [gains(results, criterion.measure, theory) for criterion in results.comparison.deciding_outcomes]
    runs = tables[0][1]
    if not runs.size:
        return []
    table = np.stack([gains_of_outcome for gains_of_outcome, _ in tables])
    dominated_by, probability = dominance(table, results.draw(runs) if results.arms.draws else None)
    return [
        Dominance(name, tuple(names[a] for a in dominated_by[k]), float(probability[k])) for k, name in enumerate(names)
    ]
