"""Stratified sample: cases are drawn evenly over teams and workers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class StratifiedSample(Lever, kind="stratified-sample"):
    """The sample is spread evenly over teams, so that one weak team is neither missed nor taken for the whole."""

    audience = "the inspectorate"
    proponents = "the inspection handbook of 2017 ('practitioner and team'); survey statisticians"
    systems = ("S2",)

    spread: Annotated[float, Param("0-1", 0, 1, "how far the sample is spread over teams")] = 1.0
    # A list of cases by team before every visit.
    yearly_cost: YearlyCost = 5.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Spread the sample."""
        return (ParameterEffect("inspection.stratified", towards=self.spread),)
