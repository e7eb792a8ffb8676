"""Supportive inspection: visits that inform and support more than they judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param

_TEST: Final = "science notes, T65"


@dataclass(frozen=True, kw_only=True)
class SupportiveInspection(Lever, kind="supportive-inspection"):
    """Inspectors teach more and threaten less: stakes are low, visits are useful, and gaming brings no gain."""

    audience = "the inspectorate and government"
    proponents = "Chris Mills (19 June 2017): inspections that enlighten, inform and support"
    systems = ("S5", "S6", "S7")
    excludes = ("high-stakes", "career-rewards")

    # fmt: off
    stakes: Annotated[float, Param("0-1", 0, 1, "importance of the judgement for leaders", "assumed", _TEST)] = 0.2
    information: Annotated[float, Param(
        "0-1", 0, 0.3, "share of possible lessons that a visit teaches", "assumed", _TEST)] = 0.2
    paperwork: Annotated[float, Param(
        "share", 0, 0.4, "share of hours lost per unit of compliance above its reference", "assumed", _TEST)] = 0.0
    gaming_gain: Annotated[float, Param(
        "ratio/unit", 0, 0.2, "visible quality gained by gaming", "assumed", _TEST)] = 0.0
    threat: Annotated[float, Param(
        "0-1/unit", 0, 0.8, "effect of the threat of a judgement on the fear of workers", "assumed", _TEST)] = 0.05
    # fmt: on

    # One additional visit at 150,000 pounds every three years, for 120 posts, because inspectors who teach stay longer.
    yearly_cost: YearlyCost = 400.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the lower stakes and threat, the additional lessons, and the smaller gains from records and gaming."""
        return (
            ParameterEffect("inspection.stakes", towards=self.stakes),
            ParameterEffect("inspection.information", towards=self.information),
            ParameterEffect("workload.compliance_hours", towards=self.paperwork),
            ParameterEffect("quality.gaming_gain", towards=self.gaming_gain),
            ParameterEffect("fear.threat", towards=self.threat),
        )
