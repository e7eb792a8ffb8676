"""Confidential reporting: a route for what staff would not tell their own manager."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class ConfidentialReporting(Lever, kind="confidential-reporting"):
    """Staff may tell a confidential system what they keep from their manager, and lessons may be pooled."""

    audience = "government, or a group of authorities"
    proponents = "Chris Mills (28 June 2014): a national confidential critical incident system"
    systems = ("S20", "S25")

    openness: Annotated[
        float, Param("0-1", 0, 1, "how far the confidential route is open to staff", "assumed", "E17 of the notes")
    ] = 1.0
    authorities: Annotated[
        int,
        Param(
            "authorities",
            1,
            153,
            "authorities whose confidential reports are pooled",
            "measured",
            "153 local authorities in England",
            whole=True,
        ),
    ] = 1
    uptake: Annotated[
        float,
        Param(
            "log-odds",
            -2,
            4,
            "how much likelier than in other industries staff are to use it",
            "assumed",
            "0 is about 1 % of staff a year: CIRAS, ASRS; the range reaches 15 %",
        ),
    ] = 0.0

    # An office of two analysts (120,000 pounds a year) for 120 posts. Pooled, the same office serves everybody: at the
    # uptake of other industries, all of England sends it some 300 reports a year.
    yearly_cost: YearlyCost = 1000.0

    def annual_cost(self) -> float:
        """The office's cost, shared by the authorities whose reports are pooled."""
        return self.yearly_cost / self.authorities

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Open the route, pool the lessons, make it better known."""
        return (
            ParameterEffect("reporting.confidential", towards=self.openness),
            ParameterEffect("lessons.pool_authorities", towards=self.authorities),
            ParameterEffect("reporting.confidential_base", shift=self.uptake),
        )
