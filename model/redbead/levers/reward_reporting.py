"""Reward for reporting: staff who report errors are thanked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class RewardReporting(Lever, kind="reward-reporting"):
    """Staff who report errors, including their own, are thanked and rewarded."""

    audience = "directors and team managers"
    proponents = "Chris Mills (28 June 2014): encouraged and rewarded for seeking to learn and adapt"
    systems = ("S19", "S25")

    # fmt: off
    reward: Annotated[float, Param("log-odds", 0, 3, "effect of the reward on the willingness to report", "assumed",
        "science notes, E16 (a_R)")] = 0.5
    # fmt: on

    # Small prizes.
    yearly_cost: YearlyCost = 50.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the effect of the reward on the willingness to report."""
        return (ParameterEffect("reporting.reward", shift=self.reward),)
