"""Career rewards: a good grade leads to better posts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class CareerRewards(Lever, kind="career-rewards"):
    """Directors of authorities with good grades are offered better posts and higher pay."""

    audience = "government and elected members"
    proponents = "those who reward success; in a critic's words, 'bigger, better paid jobs if they do well'"
    systems = ("S6", "S28")
    excludes = ("supportive-inspection",)

    # fmt: off
    stakes: Annotated[float, Param("0-1", 0, 1, "additional stakes")] = 0.2
    poached: Annotated[float, Param(
        "log", 0, 3, "increase of the hazard that a director leaves an outstanding authority")] = 0.5
    # fmt: on
    # 20,000 pounds per year of additional pay for the director, for 120 posts.
    yearly_cost: YearlyCost = 150.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the higher stakes and the higher hazard of leaving an outstanding authority."""
        return (
            ParameterEffect("inspection.stakes", shift=self.stakes),
            ParameterEffect("leadership.poached", shift=self.poached),
        )
