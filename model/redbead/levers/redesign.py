"""Redesign: the service is thought out anew from a clean slate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Redesign(Lever, kind="redesign"):
    """The whole service is designed afresh: a large step, and nobody knows beforehand whether a good one."""

    audience = "government and directors"
    proponents = "the Centre for Social Justice (2014), which called for a redesign of child protection"
    systems = ("S40",)

    disruption: Annotated[
        float,
        Param("index", 0, 0.6, "disruption of the change to the new design", "assumed", "as a trust: E35 of the notes"),
    ] = 0.3
    gain: Annotated[float, Param("log", -0.3, 0.3, "mean fall of the error rate: its believers set it above 0")] = 0.0
    spread: Annotated[
        float,
        Param("log", 0, 0.5, "spread of that fall: how far the outcome is luck", "assumed", "section 5 of the notes"),
    ] = 0.2

    # A programme team of one, at 60,000 pounds for 120 posts.
    yearly_cost: YearlyCost = 500.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Change the design, at the risk that the options say."""
        return (
            ParameterEffect("change.redesign", shift=1.0),
            ParameterEffect("change.redesign_disruption", towards=self.disruption, at_once=True),
            ParameterEffect("change.redesign_gain", towards=self.gain, at_once=True),
            ParameterEffect("change.redesign_spread", towards=self.spread, at_once=True),
        )
