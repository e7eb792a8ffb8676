"""Causal analysis: find out why staff leave before telling anybody off for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class CausalAnalysis(Lever, kind="causal-analysis"):
    """Somebody finds out how staff shortages came about and helps to put their causes right."""

    audience = "the inspectorate and directors"
    proponents = (
        "Chris Mills (19 June 2017): analysis of the genesis of problems like staff shortages and high turnover"
    )
    systems = ("S5", "S27")

    leaving: Annotated[
        float, Param("ratio", 0.5, 1, "hazard of leaving, against that without analysis", "assumed", "C39 of the notes")
    ] = 0.9

    # One analyst at 60,000 pounds for 600 posts.
    yearly_cost: YearlyCost = 100.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Make fewer people leave."""
        return (ParameterEffect("staffing.leaving", factor=self.leaving),)
