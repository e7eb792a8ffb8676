"""Nominated cases: the authority selects part of the sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class NominatedCases(Lever, kind="nominated-cases"):
    """The authority nominates examples of good practice, which form part of the sample."""

    audience = "the inspectorate"
    proponents = "Ofsted's reply to Chris Mills (June 2017): leaders are asked to identify good practice"
    systems = ("S2",)

    share: Annotated[float, Param("share", 0, 1, "share of the sample that the authority nominates")] = 0.3
    odds: Annotated[float, Param("ratio", 0.05, 1, "odds ratio of a nominated case being poor")] = 0.5
    # One week of staff time to select the cases.
    yearly_cost: YearlyCost = 10.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the nominated share, and the odds ratio of nominated cases, which applies at once."""
        return (
            ParameterEffect("inspection.nominated", towards=self.share),
            ParameterEffect("inspection.nominated_odds", towards=self.odds, at_once=True),
        )
