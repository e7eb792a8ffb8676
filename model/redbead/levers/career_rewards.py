"""Career rewards: a good grade opens the door to bigger jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class CareerRewards(Lever, kind="career-rewards"):
    """Directors of well graded authorities are offered better posts and more pay, so that success pays."""

    audience = "government and elected members"
    proponents = "those who reward success; a critic's words for it: 'bigger, better paid jobs if they do well'"
    systems = ("S6", "S28")
    excludes = ("supportive-inspection",)

    stakes: Annotated[float, Param("0-1", 0, 1, "what the reward adds to the stakes")] = 0.2
    poached: Annotated[
        float, Param("log", 0, 3, "what it adds to the hazard that a director leaves an outstanding authority")
    ] = 0.5
    # 20,000 pounds a year on a director's pay, over 120 posts.
    yearly_cost: YearlyCost = 150.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Add to the stakes, and to the pull of other jobs."""
        return (
            ParameterEffect("inspection.stakes", shift=self.stakes),
            ParameterEffect("leadership.poached", shift=self.poached),
        )
