"""Reward for reporting: whoever tells is thanked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class RewardReporting(Lever, kind="reward-reporting"):
    """Staff who report errors, their own included, are thanked and rewarded for it."""

    audience = "directors and team managers"
    proponents = "Chris Mills (28 June 2014): encouraged and rewarded for seeking to learn and adapt"
    systems = ("S19", "S25")

    reward: Annotated[
        float, Param("log-odds", 0, 3, "push that the reward gives to telling", "assumed", "a_R of E16 in the notes")
    ] = 0.5

    # Small prizes.
    yearly_cost: YearlyCost = 50.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Make it worth while to tell."""
        return (ParameterEffect("reporting.reward", shift=self.reward),)
