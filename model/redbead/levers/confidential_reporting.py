"""Confidential reporting: a channel for errors that staff do not raise with their manager."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class ConfidentialReporting(Lever, kind="confidential-reporting"):
    """Staff may report concealed errors to a confidential system, and several authorities may share the lessons."""

    audience = "government, or a group of authorities"
    proponents = "Chris Mills (28 June 2014): a national confidential critical incident system"
    systems = ("S20", "S25")

    # fmt: off
    openness: Annotated[float, Param("0-1", 0, 1, "extent to which the confidential channel is available to staff",
        "assumed", "science notes, E17")] = 1.0
    authorities: Annotated[int, Param("authorities", 1, 153, "number of authorities that share confidential reports",
        "measured", "153 local authorities in England", whole=True)] = 1
    uptake: Annotated[float, Param("log-odds", -2, 4, "additional log-odds of use, relative to other industries",
        "assumed", "0 is about 1 % of staff per year: CIRAS, ASRS; the range reaches 15 %")] = 0.0
    # fmt: on

    # An office of two analysts (120,000 pounds per year) for 120 posts. One office can serve all authorities: with the
    # uptake of other industries, it would receive some 300 reports per year from the whole of England.
    yearly_cost: YearlyCost = 1000.0

    def annual_cost(self) -> float:
        """Return the cost of the office per authority. [pounds/post/year]"""
        return self.yearly_cost / self.authorities

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the availability of the channel, the authorities that share lessons, and the additional uptake."""
        return (
            ParameterEffect("reporting.confidential", towards=self.openness),
            ParameterEffect("lessons.pool_authorities", towards=self.authorities),
            ParameterEffect("reporting.confidential_base", shift=self.uptake),
        )
