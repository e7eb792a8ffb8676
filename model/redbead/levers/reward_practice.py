"""Reward for true practice: leaders are judged by the work itself, not by the grade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class RewardPractice(Lever, kind="reward-practice"):
    """Careers and praise follow good practice as colleagues can see it, which takes attention off compliance."""

    audience = "government, elected members and the inspectorate"
    proponents = "the author of 'Beyond leadership': create a system that recognises and rewards good practice"
    systems = ("S13",)

    weight: Annotated[
        float,
        Param(
            "0-1", 0, 1, "attention that reward for practice takes off compliance", "assumed", "k_r of E27 in the notes"
        ),
    ] = 0.3

    # Somebody has to watch practice: one observer at 45,000 pounds for 150 posts.
    yearly_cost: YearlyCost = 300.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Turn attention to practice."""
        return (ParameterEffect("leadership.compliance_reward", shift=self.weight),)
