"""Adaptive sample: more cases where the first ones lie near the limit of a grade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class AdaptiveSample(Lever, kind="adaptive-sample"):
    """Where the first cases leave a grade in doubt, inspectors look at more before they judge."""

    audience = "the inspectorate"
    proponents = "the inspection handbook of 2017: 'the number of cases tracked may need to exceed 30'"
    systems = ("S2",)

    cases: Annotated[int, Param("cases", 0, 100, "further cases where the grade is in doubt", whole=True)] = 30
    margin: Annotated[float, Param("share", 0, 0.2, "how near to a limit the first cases must lie")] = 0.05
    # 30 cases at 2,000 pounds at four visits in ten.
    yearly_cost: YearlyCost = 65.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Look at more cases near a limit."""
        return (
            ParameterEffect("inspection.adaptive_cases", towards=self.cases),
            ParameterEffect("inspection.adaptive_margin", towards=self.margin, at_once=True),
        )
