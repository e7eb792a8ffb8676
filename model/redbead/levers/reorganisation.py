"""Reorganisation: the service is restructured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Reorganisation(Lever, kind="reorganisation"):
    """Teams, managers and reporting lines change, which disrupts the work now and may or may not help later."""

    audience = "council leaders, directors and commissioners"
    proponents = "the government of December 2015, and many new directors: a clear break with failure"
    systems = ("S10", "S11", "S37")

    # fmt: off
    disruption: Annotated[float, Param("index", 0, 0.6, "disruption when the structure changes", "measured",
        "developments delayed 18 months and more: Fulop et al. 2002")] = 0.2
    cost: Annotated[float, Param(
        "share of yearly budget", 0, 0.05, "one-off cost", "assumed", "science notes, E36")] = 0.02
    gain: Annotated[float, Param("ratio", -0.1, 0.1, "mean gain in output: proponents set it above 0")] = 0.0
    # fmt: on

    # No direct cost: the one-off cost is booked when the reorganisation takes place.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the reorganisation with its disruption, cost and gain."""
        return (
            ParameterEffect("change.reorganisation", shift=1.0),
            ParameterEffect("change.reorganisation_disruption", towards=self.disruption, at_once=True),
            ParameterEffect("change.reorganisation_cost", towards=self.cost, at_once=True),
            ParameterEffect("change.reorganisation_gain", towards=self.gain, at_once=True),
        )
