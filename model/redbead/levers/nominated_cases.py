"""Nominated cases: part of the sample is what the authority itself puts forward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class NominatedCases(Lever, kind="nominated-cases"):
    """The authority names good practice, and part of the sample comes from it."""

    audience = "the inspectorate"
    proponents = "Ofsted's reply to Chris Mills (June 2017): leaders are asked to identify good practice"
    systems = ("S2",)

    share: Annotated[float, Param("share", 0, 1, "share of the sample that the authority nominates")] = 0.3
    odds: Annotated[float, Param("ratio", 0.05, 1, "odds that a nominated case is poor, against any other")] = 0.5
    # A week of somebody's time to find them.
    yearly_cost: YearlyCost = 10.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Let the authority choose a part; how it chooses holds at once."""
        return (
            ParameterEffect("inspection.nominated", towards=self.share),
            ParameterEffect("inspection.nominated_odds", towards=self.odds, at_once=True),
        )
