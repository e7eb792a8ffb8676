"""Supportive inspection: visits that inform and support more than they judge (T65)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param

_TEST: Final = "T65 of the science notes"


@dataclass(frozen=True, kw_only=True)
class SupportiveInspection(Lever, kind="supportive-inspection"):
    """Inspectors teach more and threaten less: low stakes, useful visits, no paper made for show."""

    audience = "the inspectorate and government"
    proponents = "Chris Mills (19 June 2017): inspections that enlighten, inform and support"
    systems = ("S5", "S6", "S7")
    excludes = ("high-stakes", "career-rewards")

    stakes: Annotated[
        float, Param("0-1", 0, 1, "how much depends on the judgement for those who lead", "assumed", _TEST)
    ] = 0.2
    information: Annotated[
        float, Param("0-1", 0, 0.3, "share of what could be learnt that a visit teaches", "assumed", _TEST)
    ] = 0.2
    paperwork: Annotated[
        float, Param("share", 0, 0.4, "hours lost for each unit of compliance above its reference", "assumed", _TEST)
    ] = 0.0
    gaming_gain: Annotated[
        float, Param("ratio/unit", 0, 0.2, "visible quality gained by dressing up", "assumed", _TEST)
    ] = 0.0
    threat: Annotated[
        float, Param("0-1/unit", 0, 0.8, "fear of workers from the threat of a judgement", "assumed", _TEST)
    ] = 0.05

    # Another visit of 150,000 pounds every three years, over 120 posts: inspectors who teach stay longer.
    yearly_cost: YearlyCost = 400.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Lower the stakes, raise what is learnt, take away what can be won by paper and show."""
        return (
            ParameterEffect("inspection.stakes", towards=self.stakes),
            ParameterEffect("inspection.information", towards=self.information),
            ParameterEffect("workload.compliance_hours", towards=self.paperwork),
            ParameterEffect("quality.gaming_gain", towards=self.gaming_gain),
            ParameterEffect("fear.threat", towards=self.threat),
        )
