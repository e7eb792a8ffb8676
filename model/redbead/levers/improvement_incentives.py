"""Improvement incentives: people are rewarded for finding better ways to work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class ImprovementIncentives(Lever, kind="improvement-incentives"):
    """Staff are encouraged and rewarded for improving the work and for saying what goes wrong."""

    audience = "directors and council treasurers"
    proponents = "Chris Mills (28 June 2014): systems and incentives for all to engage in continuous improvement"
    systems = ("S24", "S19")

    worth: Annotated[
        float, Param("ratio", 1, 2, "what an hour of improvement work brings, against an hour without incentives")
    ] = 1.3
    reward: Annotated[
        float, Param("log-odds", 0, 2, "push that the reward gives to telling", "assumed", "a_R of E16 in the notes")
    ] = 0.2

    # Bonuses and prizes: half a per cent of salaries.
    yearly_cost: YearlyCost = 250.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Make improvement time count for more, and telling worth while."""
        return (
            ParameterEffect("lessons.improvement", factor=self.worth),
            ParameterEffect("reporting.reward", shift=self.reward),
        )
