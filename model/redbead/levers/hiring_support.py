"""Hiring support: posts are filled sooner, and more often by newly qualified workers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class HiringSupport(Lever, kind="hiring-support"):
    """Campaigns, welcome payments and academies fill vacant posts sooner, with more newly qualified workers."""

    audience = "government, councils and universities"
    proponents = "Chris Mills (28 June 2014): shortages can sometimes be remedied by introducing incentives"
    systems = ("S29",)

    time: Annotated[float, Param("ratio", 0.3, 1, "time to fill a post, relative to the time without support")] = 0.7
    beginners: Annotated[float, Param("share", 0, 0.5, "additional share of newly qualified starters")] = 0.1

    # About 16 starters per year for 100 posts, at 5,000 pounds each.
    yearly_cost: YearlyCost = 800.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the shorter time to fill posts and the larger share of newly qualified starters."""
        return (
            ParameterEffect("staffing.time_to_fill", factor=self.time),
            ParameterEffect("staffing.newly_qualified", shift=self.beginners),
        )
