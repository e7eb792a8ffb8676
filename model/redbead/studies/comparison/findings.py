"""Findings of a comparison: effects against the baseline, rankings, regret and dominance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.intervals import DRAWS, RUNS, Interval
from redbead.analysis.means import StudentMean, draw_means, runs_for_skewness
from redbead.analysis.outcomes import OUTCOMES
from redbead.analysis.pairwise import PairwiseTest, PolicyGains, not_distinguishable_from_best, pairwise_tests
from redbead.analysis.power import FurtherUnits, further_units
from redbead.analysis.ranking import Rank, dominance, ranks, regret
from redbead.state.constants import Reals, Whole
from redbead.studies.comparison.results import (
    ComparisonRuns,
    difference_method,
    estimate_of,
    level_method,
    share_better,
    sign,
)
from redbead.studies.comparison.spec import DecidingOutcome

Rankings = dict[tuple[str, str], "Ranking"]
"""Ranking by theory and outcome, without those for which no run finished in all policies."""


STATED_DOMINANCE: Final = 0.99
"""Smallest probability at which a policy is said to be dominated. [0-1]"""


class EffectVerdict(StrEnum):
    """Verdict on a policy against the baseline, from the corrected interval of the paired difference.

    The interval is corrected for all tests of the page (:func:`redbead.analysis.pairwise.pairwise_tests`), and compared
    with 0 and with the smallest difference that matters. These words are used in all tables, reports and files; those
    with higher and lower only where assumptions differ (:attr:`Effect.verdict_of_assumption`).
    """

    BETTER_AND_MATTERS = "better, and it matters"
    BETTER = "better, but may not matter"
    TOO_SMALL = "no difference that matters"
    WORSE = "worse, but may not matter"
    WORSE_AND_MATTERS = "worse, and it matters"
    EQUAL = "equal in every run"
    INCONCLUSIVE = "inconclusive"
    HIGHER_AND_MATTERS = "higher, and it matters"
    HIGHER = "higher, but may not matter"
    LOWER = "lower, but may not matter"
    LOWER_AND_MATTERS = "lower, and it matters"


class Effect(NamedTuple):
    """Difference of one policy from the baseline, or from another policy, on one outcome under one theory.

    Attributes
    ----------
    policy, comparator, theory, outcome : str
        The two policies, and on what they are compared.
    mean : Interval
        Mean of the policy.
    base : float
        Mean of the comparator.
    difference : Interval
        Paired difference, policy minus comparator, with its own 95 % interval, in the unit of the outcome.
    corrected : Interval
        The same with the interval that is corrected for all tests of the page, from which the verdict follows.
    share_better : float
        Share of runs in which the policy is better. [0-1]
    p_better : float
        Probability that the true mean of the policy is better, consistent with the 95 % interval. [0-1]
    smallest_important : float
        Smallest difference that matters, in the unit of the outcome.
    verdict : EffectVerdict
        Verdict.
    further : FurtherUnits or None
        Further runs, or draws, that would show the smallest difference that matters with a probability of 80 %; None
        unless the verdict is inconclusive.
    runs_for_skewness : int
        Runs from which on the interval of differences so skewed is as reliable as stated; 0 if it always is.
    """

    policy: str
    comparator: str
    theory: str
    outcome: str
    mean: Interval
    base: float
    difference: Interval
    corrected: Interval
    share_better: float
    p_better: float
    smallest_important: float
    verdict: EffectVerdict
    further: FurtherUnits | None
    runs_for_skewness: int

    @property
    def direction(self) -> int:
        """1 if the policy is shown to be better, -1 if it is shown to be worse, otherwise 0."""
        better = self.verdict in (EffectVerdict.BETTER_AND_MATTERS, EffectVerdict.BETTER)
        return int(better) - int(self.verdict in (EffectVerdict.WORSE_AND_MATTERS, EffectVerdict.WORSE))

    @property
    def verdict_of_assumption(self) -> EffectVerdict:
        """Verdict that does not value the direction, for a difference between assumptions instead of policies."""
        if self.direction == 0:
            return self.verdict
        matters = self.verdict in (EffectVerdict.BETTER_AND_MATTERS, EffectVerdict.WORSE_AND_MATTERS)
        if self.difference.mean > 0.0:
            return EffectVerdict.HIGHER_AND_MATTERS if matters else EffectVerdict.HIGHER
        return EffectVerdict.LOWER_AND_MATTERS if matters else EffectVerdict.LOWER

    @property
    def relative(self) -> Interval:
        """Difference as a share of the mean of the comparator; NaN if that is 0."""
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
    family : PolicyGains
        Gains of all policies in the runs that finished in all of them.
    smallest_important : float
        Smallest difference that matters, in the unit of the outcome.
    further : FurtherUnits or None
        Further runs, or draws, that would show this difference between the best policy and each policy tied with it,
        with a probability of 80 %; None if no policy is tied, or the spread is not known.
    """

    theory: str
    outcome: str
    policies: tuple[str, ...]
    ranks: list[Rank]
    pairs: list[PairwiseTest]
    tied: list[str]
    means: Reals
    family: PolicyGains
    smallest_important: float
    further: FurtherUnits | None

    @property
    def runs(self) -> int:
        """Number of runs that finished in all policies."""
        return int(self.family.gains.shape[1])

    def rank(self, policy: str) -> Rank:
        """Return the rank of a policy."""
        return self.ranks[self.policies.index(policy)]

    def test(self, first: str, second: str) -> PairwiseTest:
        """Return the test of two policies, in either order."""
        pair = {self.policies.index(first), self.policies.index(second)}
        return next(test for test in self.pairs if {test.first, test.second} == pair)

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
        Probability that some policy dominates it by the true means; NaN with fewer than five runs or draws. [0-1]
    """

    policy: str
    dominated_by: tuple[str, ...]
    probability: float

    @property
    def stated(self) -> bool:
        """Whether the probability is high enough to say so."""
        return bool(self.dominated_by) and self.probability >= STATED_DOMINANCE


def effects(results: ComparisonRuns, theory: str, rankings: Rankings) -> list[Effect]:
    """Effects of all policies other than the baseline on all deciding outcomes, under one theory."""
    baseline = results.comparison.baseline
    return [
        effect(results, (name, baseline), criterion, theory, rankings)
        for criterion in results.comparison.deciding_outcomes
        for name in results.comparison.others
    ]


def effect(
    results: ComparisonRuns, pair: tuple[str, str], criterion: DecidingOutcome, theory: str, rankings: Rankings
) -> Effect:  # fmt: skip
    """Difference of two policies on one deciding outcome, under one theory.

    Parameters
    ----------
    results : ComparisonRuns
        The comparison.
    pair : tuple of str
        Policy, and the policy that it is compared with.
    criterion : DecidingOutcome
        Outcome, and its smallest difference that matters.
    theory : str
        Theory.
    rankings : Rankings
        Tests of all pairs. Without the tests of this outcome nothing is compared, so that it is inconclusive.
    """
    outcome, ranking = criterion.measure, rankings.get((theory, criterion.measure))
    direction = sign(OUTCOMES[outcome].better)
    policy, comparator = (results.role(name, theory) for name in pair)
    values = results.pair(policy, comparator, outcome)
    base = float(values.comparator.mean()) if values.comparator.size else math.nan
    smallest_important = criterion.smallest_important * (abs(base) if criterion.relative else 1.0)
    mean = estimate_of(results, values.policy, values.runs, level_method(outcome)).interval()
    estimate = estimate_of(results, values.difference, values.runs, difference_method(outcome))
    test = ranking.test(*pair) if ranking else None
    corrected = estimate.interval(1.0 - test.significance) if test else estimate.interval()
    verdict = _verdict(corrected, test, direction, smallest_important) if test else EffectVerdict.INCONCLUSIVE
    further = None
    if ranking and test and verdict is EffectVerdict.INCONCLUSIVE:
        further = _further(ranking.family, test, smallest_important)
    return Effect(
        *pair, theory, outcome, mean, base, estimate.interval(), corrected,
        share_better(direction * values.difference),
        estimate.p_positive if direction > 0.0 else 1.0 - estimate.p_positive, smallest_important, verdict, further,
        runs_for_skewness(values.difference) if isinstance(estimate, StudentMean) and estimate.noun == RUNS else 0,
    )  # fmt: skip


def _further(family: PolicyGains, test: PairwiseTest, smallest_important: float) -> FurtherUnits | None:
    """Further runs, or draws, that would show the smallest difference that matters in this test."""
    differences = family.gains[test.first] - family.gains[test.second]
    units = draw_means(differences, family.draw)
    sd = float(units.std(ddof=1)) if units.size > 1 else math.nan
    noun = RUNS if family.draw is None else DRAWS
    return further_units(sd, units.size, smallest_important, noun=noun, significance=test.significance)


def _verdict(corrected: Interval, test: PairwiseTest, direction: float, smallest_important: float) -> EffectVerdict:
    """Verdict from the corrected interval and test; more is better if `direction` is 1, less if it is -1.

    A difference that is the same in all runs has no interval; if the sign test excludes chance, it counts as exact.
    """
    if test.identical:
        return EffectVerdict.EQUAL
    ends = (corrected.mean, corrected.mean) if math.isnan(corrected.low) and test.significant else corrected[1:3]
    low, high = sorted(direction * end for end in ends)
    if -smallest_important < low and high < smallest_important:
        return EffectVerdict.TOO_SMALL
    if not test.significant:
        return EffectVerdict.INCONCLUSIVE
    if direction * corrected.mean > 0.0:
        return EffectVerdict.BETTER_AND_MATTERS if low >= smallest_important else EffectVerdict.BETTER
    return EffectVerdict.WORSE_AND_MATTERS if high <= -smallest_important else EffectVerdict.WORSE


def gains(results: ComparisonRuns, outcome: str, theory: str) -> tuple[Reals, Whole]:
    """One outcome of all policies in the runs that finished in all of them, signed so that more is better."""
    roles = [results.role(name, theory) for name in results.comparison.names]
    table, runs = results.table(roles, outcome)
    return sign(OUTCOMES[outcome].better) * table, runs


def rank_all(results: ComparisonRuns) -> Rankings:
    """Rank all policies on every deciding outcome under every theory; the tests of all pairs are one family."""
    keys = [(theory, c) for theory in results.theories for c in results.comparison.deciding_outcomes]
    tables = {(theory, c): gains(results, c.measure, theory) for theory, c in keys}
    finished = [key for key in keys if tables[key][1].size]
    families = [_family(results, key[1].measure, *tables[key]) for key in finished]
    tests = pairwise_tests(families)
    return {
        (theory, c.measure): _ranking(results, theory, c, family, pairs)
        for (theory, c), family, pairs in zip(finished, families, tests, strict=True)
    }


def _family(results: ComparisonRuns, outcome: str, table: Reals, runs: Whole) -> PolicyGains:
    """Gains of all policies with what is needed to test them."""
    draw = results.draw(runs) if results.arms.draws else None
    return PolicyGains(table, draw, difference_method(outcome) or results.method)


def _ranking(
    results: ComparisonRuns, theory: str, criterion: DecidingOutcome, family: PolicyGains, pairs: list[PairwiseTest]
) -> Ranking:
    """Rank all policies on one outcome."""
    table, names, outcome = family.gains, results.comparison.names, criterion.measure
    means = sign(OUTCOMES[outcome].better) * table.mean(axis=1)
    base = abs(float(means[names.index(results.comparison.baseline)]))
    smallest_important = criterion.smallest_important * (base if criterion.relative else 1.0)
    tied = not_distinguishable_from_best(table, pairs)
    return Ranking(
        theory, outcome, names, ranks(table, family.draw), pairs, [names[k] for k in tied], means, family,
        smallest_important, _most_further(family, pairs, tied, smallest_important),
    )  # fmt: skip


def _most_further(
    family: PolicyGains, pairs: Sequence[PairwiseTest], tied: Sequence[int], smallest_important: float
) -> FurtherUnits | None:
    """Further units for the pair of the best policy and a policy tied with it that needs most."""
    needs = [
        _further(family, pair, smallest_important)
        for pair in pairs
        if tied[0] in (pair.first, pair.second) and not pair.significant and not pair.identical
    ]
    return max(filter(None, needs), key=lambda need: need.number, default=None)


def regrets(results: ComparisonRuns, outcome: str) -> list[Regret]:
    """Regret of each policy over theories and draws of uncertain parameters; none if neither varies."""
    if len(results.theories) == 1 and not results.arms.draws:
        return []
    tables, futures = [], []
    for number, theory in enumerate(results.theories):
        table, runs = gains(results, outcome, theory)
        tables.append(table)
        futures.append(number * 1_000_000 + (results.draw(runs) if results.arms.draws else np.zeros_like(runs)))
    all_gains, future = np.concatenate(tables, axis=1), np.concatenate(futures)
    if not future.size:
        return []
    maximum, mean = regret(all_gains, future)
    sources = [f"{len(results.theories)} theories"] if len(results.theories) > 1 else []
    sources += [f"{len(results.arms.draws)} draws of the uncertain parameters"] if results.arms.draws else []
    return [
        Regret(n, outcome, float(maximum[k]), float(mean[k]), " and ".join(sources))
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
