"""Reward for practice: leaders are judged by practice instead of by the grade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class RewardPractice(Lever, kind="reward-practice"):
    """Careers and praise depend on good practice as colleagues observe it, which reduces attention to compliance."""

    audience = "government, elected members and the inspectorate"
    proponents = "the author of 'Beyond leadership': create a system that recognises and rewards good practice"
    systems = ("S13",)

    # fmt: off
    weight: Annotated[float, Param(
        "0-1", 0, 1, "reduction of attention to compliance", "assumed", "science notes, E27 (k_r)")] = 0.3
    # fmt: on

    # One observer of practice at 45,000 pounds for 150 posts.
    yearly_cost: YearlyCost = 300.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the lower attention to compliance."""
        return (ParameterEffect("leadership.compliance_reward", shift=self.weight),)
