"""Adaptive sample: additional cases if the first sample is near a grade limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class AdaptiveSample(Lever, kind="adaptive-sample"):
    """Inspectors track more cases before they judge if the first sample is close to a grade limit."""

    audience = "the inspectorate"
    proponents = "the inspection handbook of 2017: 'the number of cases tracked may need to exceed 30'"
    systems = ("S2",)

    # fmt: off
    cases: Annotated[int, Param(
        "cases", 0, 100, "additional cases if the first sample is near a grade limit", whole=True)] = 30
    margin: Annotated[float, Param(
        "share", 0, 0.2, "largest distance from a grade limit at which cases are added")] = 0.05
    # fmt: on
    # 30 cases at 2,000 pounds in four of ten visits.
    yearly_cost: YearlyCost = 65.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the number of additional cases and the margin."""
        return (
            ParameterEffect("inspection.adaptive_cases", towards=self.cases),
            ParameterEffect("inspection.adaptive_margin", towards=self.margin, at_once=True),
        )
