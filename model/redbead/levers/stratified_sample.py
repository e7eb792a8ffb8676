"""Stratified sample: cases are drawn evenly across teams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class StratifiedSample(Lever, kind="stratified-sample"):
    """The sample is spread evenly over teams, so one weak team is neither missed nor over-represented."""

    audience = "the inspectorate"
    proponents = "the inspection handbook of 2017 ('practitioner and team'); survey statisticians"
    systems = ("S2",)

    spread: Annotated[float, Param("0-1", 0, 1, "extent to which the sample is spread over teams")] = 1.0
    # A list of cases by team before each visit.
    yearly_cost: YearlyCost = 5.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the degree of stratification."""
        return (ParameterEffect("inspection.stratified", towards=self.spread),)
