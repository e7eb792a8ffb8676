"""Causal analysis: identify the causes of staff shortages before criticising them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class CausalAnalysis(Lever, kind="causal-analysis"):
    """An analyst identifies the causes of staff shortages and helps to remove them."""

    audience = "the inspectorate and directors"
    proponents = (
        "Chris Mills (19 June 2017): analysis of the genesis of problems like staff shortages and high turnover"
    )
    systems = ("S5", "S27")

    # fmt: off
    leaving: Annotated[float, Param("ratio", 0.5, 1, "hazard of leaving, relative to the hazard without analysis",
        "assumed", "science notes, C39")] = 0.9
    # fmt: on

    # One analyst at 60,000 pounds for 600 posts.
    yearly_cost: YearlyCost = 100.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the lower hazard of leaving."""
        return (ParameterEffect("staffing.leaving", factor=self.leaving),)
