"""Findings of a comparison for tables, report and command line, computed once on demand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from redbead.analysis.draw_effects import DrawShares
from redbead.analysis.intervals import Interval
from redbead.analysis.pairwise import FAMILY_OVER_TIME
from redbead.analysis.switching_values import SwitchingValues
from redbead.studies.comparison import decision_analysis, findings
from redbead.studies.comparison.arms import only_assumptions_differ
from redbead.studies.comparison.results import ComparisonRuns, estimate_of, level_method


@dataclass(frozen=True, eq=False)
class ReportData:
    """Findings of a comparison. Each property is computed on first use and cached."""

    results: ComparisonRuns

    @property
    def theory(self) -> str:
        """The theory used for results that are reported only once: the first one listed."""
        return self.results.theories[0]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of the deciding outcomes, the main outcome first."""
        return tuple(criterion.measure for criterion in self.results.comparison.deciding_outcomes)

    @cached_property
    def only_assumptions_differ(self) -> bool:
        """Whether no policy differs, so that differences are higher or lower, but not better or worse."""
        return only_assumptions_differ(self.results.comparison)

    def verdict(self, effect: findings.Effect) -> findings.EffectVerdict:
        """Verdict on an effect as it is shown."""
        return effect.verdict_of_assumption if self.only_assumptions_differ else effect.verdict

    @cached_property
    def effects(self) -> dict[tuple[str, str, str], findings.Effect]:
        """Effect of each policy against the baseline, by theory, policy and outcome."""
        all_effects = (
            effect
            for theory in self.results.theories
            for effect in findings.effects(self.results, theory, self.rankings)
        )
        return {(effect.theory, effect.policy, effect.outcome): effect for effect in all_effects}

    @cached_property
    def answer_effects(self) -> dict[tuple[str, tuple[str, str]], findings.Effect]:
        """Differences on the main outcome between the pairs of policies of the question, by theory and pair."""
        comparison, criterion = self.results.comparison, self.results.comparison.deciding_outcomes[0]
        pairs = [(name, comparison.baseline) for name in comparison.others] + list(comparison.further_pairs)
        return {
            (theory, pair): (
                self.effects[theory, pair[0], criterion.measure]
                if pair[1] == comparison.baseline
                else findings.effect(self.results, pair, criterion, theory, self.rankings)
            )
            for theory in self.results.theories
            for pair in pairs
        }

    @cached_property
    def answer_shares(self) -> dict[tuple[str, tuple[str, str]], DrawShares | None]:
        """Shares of draws in which the first policy of a pair of the question is better, by theory and pair."""
        results = self.results
        if not results.arms.draws:
            return {}
        return {
            (theory, pair): decision_analysis.shares_of_draws(results, pair, self.outcomes[0], theory)
            for theory, pair in self.answer_effects
        }

    @cached_property
    def rankings(self) -> findings.Rankings:
        """Ranking of all policies, by theory and outcome; without those for which no run finished in all policies."""
        return findings.rank_all(self.results)

    @cached_property
    def regrets(self) -> dict[tuple[str, str], findings.Regret]:
        """Regret of each policy, by policy and outcome."""
        all_regrets = (item for outcome in self.outcomes for item in findings.regrets(self.results, outcome))
        return {(item.policy, item.outcome): item for item in all_regrets}

    @cached_property
    def dominance(self) -> list[findings.Dominance]:
        """Dominance of each policy over all deciding outcomes, under the first theory."""
        return findings.dominated_policies(self.results, self.theory)

    @cached_property
    def crossovers(self) -> dict[tuple[str, str], decision_analysis.CrossoverResult]:
        """Crossover of each policy with the baseline, by policy and outcome, under the first theory."""
        rows = max(1, len(self.outcomes) * len(self.results.comparison.others))
        level = FAMILY_OVER_TIME / rows  # Bonferroni over all crossovers of the page
        all_crossovers = (
            crossing
            for outcome in self.outcomes
            for crossing in decision_analysis.crossovers(self.results, outcome, self.theory, level)
        )
        return {(crossing.policy, crossing.outcome): crossing for crossing in all_crossovers}

    @cached_property
    def actual_and_recorded(self) -> list[decision_analysis.ActualAndRecorded]:
        """Differences in actual and recorded outcomes, under the first theory."""
        return decision_analysis.actual_and_recorded(self.results, self.theory)

    @cached_property
    def shapley_shares(self) -> list[decision_analysis.ShapleyShares]:
        """Shapley shares of the levers of the package."""
        return decision_analysis.shapley_shares(self.results)

    @cached_property
    def switching_values(self) -> list[tuple[str, SwitchingValues]]:
        """Switching values of each parameter of the search, by path."""
        return decision_analysis.switching_searches(self.results)

    @cached_property
    def parametric_uncertainty(self) -> list[decision_analysis.ParametricUncertainty]:
        """Effect of parametric uncertainty on the main outcome, under the first theory."""
        return decision_analysis.parametric_uncertainty(self.results, self.outcomes[0], self.theory)

    def mean(self, policy: str, outcome: str) -> Interval:
        """Mean of a policy on an outcome with its interval, under the first theory."""
        values = self.results.values(self.results.role(policy, self.theory), outcome)
        finished = np.flatnonzero(~np.isnan(values))
        return estimate_of(self.results, values[finished], finished, level_method(outcome)).interval()

    @property
    def complete(self) -> bool:
        """Whether any run finished in all policies, so that there is something to report."""
        return (self.theory, self.outcomes[0]) in self.rankings

    def theory_agreement(self) -> tuple[list[str], dict[str, str]]:
        """Return the theories that agree on the best policy of the main outcome, and those that do not.

        Returns
        -------
        tuple
            Theories under which the best policy of the first theory is best or cannot be distinguished from the best;
            and for every other theory its best policy.
        """
        best = self.rankings[self.theory, self.outcomes[0]].best
        agreeing, others = [], {}
        for theory in self.results.theories:
            ranking = self.rankings.get((theory, self.outcomes[0]))
            if ranking is None:
                continue
            if best in ranking.tied:
                agreeing.append(theory)
            else:
                others[theory] = ranking.best
        return agreeing, others
