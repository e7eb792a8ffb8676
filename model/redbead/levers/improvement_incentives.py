"""Improvement incentives: staff are rewarded for better ways of working."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class ImprovementIncentives(Lever, kind="improvement-incentives"):
    """Staff are encouraged and rewarded for improving the work and for reporting problems."""

    audience = "directors and council treasurers"
    proponents = "Chris Mills (28 June 2014): systems and incentives for all to engage in continuous improvement"
    systems = ("S24", "S19")

    # fmt: off
    worth: Annotated[float, Param(
        "ratio", 1, 2, "gain from an hour of improvement work, relative to the gain without incentives")] = 1.3
    reward: Annotated[float, Param("log-odds", 0, 2, "effect of the reward on the willingness to report", "assumed",
        "science notes, E16 (a_R)")] = 0.2
    # fmt: on

    # Bonuses and prizes: 0.5 % of salaries.
    yearly_cost: YearlyCost = 250.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the higher value of improvement time and the reward for reporting."""
        return (
            ParameterEffect("lessons.improvement", factor=self.worth),
            ParameterEffect("reporting.reward", shift=self.reward),
        )
