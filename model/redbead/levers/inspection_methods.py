"""Inspection methods: how inspectors work, and how much depends on their judgement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param

_TEST: Final = "science notes, T65"


@dataclass(frozen=True, kw_only=True)
class HighStakes(Lever, kind="high-stakes"):
    """Careers and budgets depend on the grade, so no authority can afford a poor one."""

    audience = "government"
    proponents = (
        "ministers of 2015; Bevan and Hood (2006) and Hussain (2015) on gains where failure has serious consequences"
    )
    systems = ("S6", "S7")
    excludes = ("supportive-inspection",)

    stakes: Annotated[float, Param("0-1", 0, 1, "importance of the judgement for leaders")] = 1.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the higher stakes."""
        return (ParameterEffect("inspection.stakes", towards=self.stakes),)


@dataclass(frozen=True, kw_only=True)
class InspectorTraining(Lever, kind="inspector-training"):
    """Training and moderation reduce differences between inspectors who judge the same case."""

    audience = "the inspectorate"
    proponents = "Ofsted, in its study of pairs of inspectors (2017)"
    systems = ("S2",)

    left: Annotated[float, Param("ratio", 0, 1, "remaining spread of leniency, relative to its usual value")] = 0.5
    # Two weeks of training and moderation per inspector and year.
    yearly_cost: YearlyCost = 20.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the smaller spread of leniency."""
        return (ParameterEffect("inspection.leniency_spread", factor=self.left),)


@dataclass(frozen=True, kw_only=True)
class ObservedPractice(Lever, kind="observed-practice"):
    """Inspectors attend visits and speak to families instead of reading files."""

    audience = "the inspectorate"
    proponents = "Chris Mills (June 2017), on inspectors who 'spend a lot of time reading case files'"
    systems = ("S4",)

    records: Annotated[float, Param("0-1", 0, 1, "remaining weight of records, compared with observed practice")] = 0.1
    # Observation takes 50 % longer than reading.
    yearly_cost: YearlyCost = 200.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the smaller weight of records."""
        return (ParameterEffect("inspection.weight_of_records", towards=self.records),)


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
