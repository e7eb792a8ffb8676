"""Redesign: the service is designed anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Redesign(Lever, kind="redesign"):
    """The whole service is redesigned: a large change whose outcome is uncertain."""

    audience = "government and directors"
    proponents = "the Centre for Social Justice (2014), which called for a redesign of child protection"
    systems = ("S40",)

    # fmt: off
    disruption: Annotated[float, Param("index", 0, 0.6, "disruption during the change to the new design", "assumed",
        "as for a trust: science notes, E35")] = 0.3
    gain: Annotated[float, Param("log", -0.3, 0.3, "mean reduction of the error rate: proponents set it above 0")] = 0.0
    spread: Annotated[float, Param(
        "log", 0, 0.5, "standard deviation of that reduction: the uncertainty of the outcome", "assumed",
        "science notes, section 5")] = 0.2
    # fmt: on

    # One programme manager at 60,000 pounds for 120 posts.
    yearly_cost: YearlyCost = 500.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the redesign with its disruption, gain and spread."""
        return (
            ParameterEffect("change.redesign", shift=1.0),
            ParameterEffect("change.redesign_disruption", towards=self.disruption, at_once=True),
            ParameterEffect("change.redesign_gain", towards=self.gain, at_once=True),
            ParameterEffect("change.redesign_spread", towards=self.spread, at_once=True),
        )
