"""What a comparison found: each policy against the baseline, who can be told apart, ranks, regret and trade-offs."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from redbead.analysis.intervals import Interval, further_runs, student_chance
from redbead.analysis.outcomes import OUTCOMES
from redbead.analysis.ranking import (
    PairwiseTest,
    Rank,
    dominated,
    not_distinguishable_from_best,
    pairwise_tests,
    ranks,
    regret,
)
from redbead.state.types import Reals, Whole
from redbead.studies.comparison.arms import ArmRole
from redbead.studies.comparison.results import ComparisonRuns, interval_of, share_better, sign
from redbead.studies.comparison.spec import DecidingOutcome


class EffectVerdict(StrEnum):
    """A policy against the baseline on one outcome, by the interval of the paired difference."""

    MUCH_BETTER = "better, and it matters"
    BETTER = "better; whether it matters is open"
    SAME = "no difference that matters"
    WORSE = "worse; whether it matters is open"
    MUCH_WORSE = "worse, and it matters"
    EQUAL = "equal in every run"
    OPEN = "cannot tell"


class Effect(NamedTuple):
    """One policy against the baseline on one outcome, under one theory.

    `difference` is policy minus baseline in the same runs, `base` the baseline's mean, `enough` the smallest difference
    that matters, both in the unit of the outcome. `more_runs` would tell whether it is better or worse.
    """

    policy: str
    theory: str
    outcome: str
    mean: Interval
    base: float
    difference: Interval
    share_better: float
    p_better: float
    enough: float
    verdict: EffectVerdict
    more_runs: int

    @property
    def relative(self) -> Interval:
        """The difference as a share of the baseline's mean; NaN where that is 0. [share]"""
        scale = 1.0 / abs(self.base) if self.base else math.nan
        mean, low, high, kind = self.difference
        return Interval(mean * scale, low * scale, high * scale, kind)


class Ranking(NamedTuple):
    """All policies on one outcome under one theory: ranks, pairs, and who cannot be told apart from the best."""

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
        """The one best policy, or nothing where the runs cannot tell it from another."""
        return self.tied[0] if len(self.tied) == 1 else ""

    @property
    def best(self) -> str:
        """The policy with the best mean, told apart or not."""
        return self.tied[0]


class Regret(NamedTuple):
    """How far a policy may fall short of the best: at most and on average over futures, in the unit of the outcome."""

    policy: str
    outcome: str
    most: float
    mean: float
    futures: str


class Dominance(NamedTuple):
    """A policy by all deciding outcomes at once: who dominates it, and in which share of resamples anybody does."""

    policy: str
    by: tuple[str, ...]
    chance: float


def effects(results: ComparisonRuns, theory: str) -> list[Effect]:
    """Every policy but the baseline on every deciding outcome, under a theory."""
    others = [results.view(name, theory) for name in results.comparison.others]
    return [_effect(results, view, target) for target in results.comparison.targets for view in others]


def _effect(results: ComparisonRuns, view: ArmRole, target: DecidingOutcome) -> Effect:
    outcome = OUTCOMES[target.measure]
    side = results.side(view, results.view(results.comparison.baseline, view.theory), target.measure)
    base = float(side.other.mean()) if side.other.size else math.nan
    enough = target.smallest * (abs(base) if target.relative else 1.0)
    found = interval_of(results, side.difference, side.runs)
    gain = sign(outcome.better) * side.difference
    verdict = _verdict(found, sign(outcome.better), enough, equal=gain.size > 0 and not gain.any())
    half = (found.high - found.low) / 2.0
    open_ = verdict is EffectVerdict.OPEN and half > 0.0 and found.mean != 0.0
    more = further_runs(half, abs(found.mean), side.runs.size) if open_ else 0
    return Effect(
        view.policy, view.theory, target.measure, interval_of(results, side.mine, side.runs), base, found,
        share_better(gain), student_chance(gain), enough, verdict, more,
    )  # fmt: skip


def _verdict(found: Interval, direction: float, enough: float, *, equal: bool) -> EffectVerdict:
    """What an interval says, with more being better where `direction` is 1."""
    if equal:
        return EffectVerdict.EQUAL
    low, high = sorted((direction * found.low, direction * found.high))
    if low >= enough:
        return EffectVerdict.MUCH_BETTER
    if high <= -enough:
        return EffectVerdict.MUCH_WORSE
    if -enough < low and high < enough:
        return EffectVerdict.SAME
    if low > 0.0:
        return EffectVerdict.BETTER
    return EffectVerdict.WORSE if high < 0.0 else EffectVerdict.OPEN


def gains(results: ComparisonRuns, outcome: str, theory: str) -> tuple[Reals, Whole]:
    """One outcome of all policies in the runs that finished in all, signed so that more is better: [policies, runs]."""
    views = [results.view(name, theory) for name in results.comparison.names]
    table, runs = results.table(views, outcome)
    return sign(OUTCOMES[outcome].better) * table, runs


def ranking_of(results: ComparisonRuns, outcome: str, theory: str) -> Ranking | None:
    """All policies on one outcome; None where no run finished in all of them."""
    table, runs = gains(results, outcome, theory)
    if not runs.size:
        return None
    names = results.comparison.names
    cluster = results.draw(runs) if results.arms.draws else None
    pairs = pairwise_tests(table, len(results.comparison.targets), cluster)
    tied = [names[k] for k in not_distinguishable_from_best(table, pairs)]
    means = sign(OUTCOMES[outcome].better) * table.mean(axis=1)
    return Ranking(theory, outcome, names, ranks(table, cluster), pairs, tied, means, runs.size)


def regrets(results: ComparisonRuns, outcome: str) -> list[Regret]:
    """How far each policy may fall short of the best, over theories and draws; over runs where nothing else differs."""
    tables, futures = [], []
    for place, theory in enumerate(results.theories):
        table, runs = gains(results, outcome, theory)
        tables.append(table)
        draws = results.draw(runs) if results.arms.draws or len(results.theories) == 1 else np.zeros_like(runs)
        futures.append(place * 1_000_000 + draws)
    whole, future = np.concatenate(tables, axis=1), np.concatenate(futures)
    if not future.size:
        return []
    most, mean = regret(whole, future)
    kinds = [f"{len(results.theories)} theories"] if len(results.theories) > 1 else []
    kinds += [f"{len(results.arms.draws)} draws of what is uncertain"] if results.arms.draws else []
    told = " and ".join(kinds) or f"{future.size} runs"
    return [Regret(n, outcome, float(most[k]), float(mean[k]), told) for k, n in enumerate(results.comparison.names)]


def dominated_policies(results: ComparisonRuns, theory: str) -> list[Dominance]:
    """Which policies others dominate, over all deciding outcomes."""
    names = results.comparison.names
    found = [gains(results, target.measure, theory) for target in results.comparison.targets]
    runs = found[0][1]
    if not runs.size:
        return []
    table = np.stack([rows for rows, _ in found])
    by, chance = dominated(table, results.draw(runs) if results.arms.draws else None)
    return [Dominance(name, tuple(names[a] for a in by[k]), float(chance[k])) for k, name in enumerate(names)]
