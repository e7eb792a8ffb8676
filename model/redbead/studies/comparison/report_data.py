"""Everything that a comparison found, worked out once for tables, report and command line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from redbead.analysis.intervals import Interval
from redbead.analysis.switching_values import SwitchingValues
from redbead.studies.comparison import decision_analysis, findings
from redbead.studies.comparison.results import ComparisonRuns, interval_of


@dataclass(frozen=True, eq=False)
class ReportData:
    """What a comparison found; each part is worked out when somebody asks for it, and kept."""

    results: ComparisonRuns

    @property
    def theory(self) -> str:
        """The theory under which all is told that is told once."""
        return self.results.theories[0]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The deciding outcomes, the first of them first."""
        return tuple(target.measure for target in self.results.comparison.targets)

    @cached_property
    def effects(self) -> dict[tuple[str, str, str], findings.Effect]:
        """Each policy against the baseline, by theory, policy and outcome."""
        every = (effect for theory in self.results.theories for effect in findings.effects(self.results, theory))
        return {(effect.theory, effect.policy, effect.outcome): effect for effect in every}

    @cached_property
    def standings(self) -> dict[tuple[str, str], findings.Ranking]:
        """All policies together, by theory and outcome; none where no run finished in all."""
        pairs = [(theory, outcome) for theory in self.results.theories for outcome in self.outcomes]
        found = {(t, o): findings.ranking_of(self.results, o, t) for t, o in pairs}
        return {key: standing for key, standing in found.items() if standing is not None}

    @cached_property
    def regrets(self) -> dict[tuple[str, str], findings.Regret]:
        """How far each policy may fall short of the best, by policy and outcome."""
        every = (item for outcome in self.outcomes for item in findings.regrets(self.results, outcome))
        return {(item.policy, item.outcome): item for item in every}

    @cached_property
    def trades(self) -> list[findings.Dominance]:
        """Who is dominated over all outcomes, under the first theory."""
        return findings.dominated_policies(self.results, self.theory)

    @cached_property
    def turns(self) -> dict[tuple[str, str], decision_analysis.CrossoverResult]:
        """When each policy overtakes the baseline, by policy and outcome, under the first theory."""
        every = (
            turn
            for outcome in self.outcomes
            for turn in decision_analysis.crossovers(self.results, outcome, self.theory)
        )
        return {(turn.policy, turn.outcome): turn for turn in every}

    @cached_property
    def ledgers(self) -> list[decision_analysis.ActualAndRecorded]:
        """What happened beside what was recorded, under the first theory."""
        return decision_analysis.actual_and_recorded(self.results, self.theory)

    @cached_property
    def packaged(self) -> list[decision_analysis.ShapleyShares]:
        """The shares of the levers of the package."""
        return decision_analysis.shapley_shares(self.results)

    @cached_property
    def switches(self) -> list[tuple[str, SwitchingValues]]:
        """The switching values of each doubtful parameter."""
        return decision_analysis.switching_searches(self.results)

    @cached_property
    def doubts(self) -> list[decision_analysis.ParametricUncertainty]:
        """What the doubt about parameters does, by the first outcome."""
        return decision_analysis.parametric_uncertainty(self.results, self.outcomes[0], self.theory)

    def level(self, policy: str, outcome: str) -> Interval:
        """The mean of a policy on an outcome with its interval, under the first theory."""
        values = self.results.values(self.results.view(policy, self.theory), outcome)
        good = np.flatnonzero(~np.isnan(values))
        return interval_of(self.results, values[good], good)

    @property
    def complete(self) -> bool:
        """Whether there is anything to tell: some run finished in all policies."""
        return (self.theory, self.outcomes[0]) in self.standings

    def holds_in(self) -> tuple[list[str], dict[str, str]]:
        """The theories in which the best policy of the first theory is best too, and who is best in the others.

        By the first outcome; a policy that cannot be told apart from the best counts as best.
        """
        best = self.standings[self.theory, self.outcomes[0]].best
        agree, others = [], {}
        for theory in self.results.theories:
            standing = self.standings.get((theory, self.outcomes[0]))
            if standing is None:
                continue
            if best in standing.tied:
                agree.append(theory)
            else:
                others[theory] = standing.best
        return agree, others
