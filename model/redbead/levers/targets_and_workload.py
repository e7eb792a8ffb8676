"""Targets and workload: performance targets, bureaucracy, and allocation of work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class CutBureaucracy(Lever, kind="cut-bureaucracy"):
    """Fewer forms and procedures free working hours, but some errors that they revealed are no longer recognised."""

    audience = "government and directors"
    proponents = "Chris Mills (28 June 2014); the Munro Review (2011); BASW: 29 of 45 hours are spent at a computer"
    systems = ("S7",)

    # fmt: off
    hours: Annotated[float, Param("share", 0, 0.3, "share of working hours freed", "assumed",
        "a twelfth of the 64 % spent at a computer: BASW 2018")] = 0.05
    checks_lost: Annotated[float, Param("share", 0, 0.2,
        "share of recognised errors that only forms reveal: the reason why others support them")] = 0.02
    # fmt: on

    # No direct cost.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the freed hours and the smaller share of recognised errors."""
        return (
            ParameterEffect("workload.admin_hours", shift=-self.hours),
            ParameterEffect("practice.recognised", factor=1.0 - self.checks_lost),
        )


@dataclass(frozen=True, kw_only=True)
class Targets(Lever, kind="targets"):
    """Timescales and targets are set and monitored, so attention and hours move to what is counted."""

    audience = "government and performance managers"
    proponents = (
        "governments since 1998; Bevan and Wilson (2013): published targets were met where trust had not helped"
    )
    systems = ("S7",)

    # fmt: off
    attention: Annotated[float, Param("0-1", 0, 0.5, "additional attention to compliance")] = 0.2
    hours: Annotated[float, Param("ratio", 1, 2, "hours for compliance, relative to the hours without targets")] = 1.25
    records: Annotated[float, Param(
        "ratio", 1, 2, "effect of compliance on records, relative to its usual effect")] = 1.25
    # fmt: on

    # One performance analyst at 50,000 pounds for 330 posts.
    yearly_cost: YearlyCost = 150.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the higher attention to compliance, its hours, and its effect on records."""
        return (
            ParameterEffect("leadership.compliance_base", shift=self.attention),
            ParameterEffect("workload.compliance_hours", factor=self.hours),
            ParameterEffect("quality.record_compliance", factor=self.records),
        )


@dataclass(frozen=True, kw_only=True)
class UnevenAllocation(Lever, kind="uneven-allocation"):
    """Some teams receive far more work than others, and new workers as much as experienced ones."""

    audience = "duty managers"
    proponents = "no stated proponents; in practice, any rota that allocates cases in turn"
    systems = ("S34",)

    unevenness: Annotated[float, Param("log", 0, 1, "standard deviation of the work between teams")] = 0.4
    by_skill: Annotated[float, Param("0-1", 0, 1, "extent to which new workers receive fewer cases")] = 0.0

    # No direct cost: the price is overtime and burnout.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the unevenness between teams and the smaller protection of new workers."""
        return (
            ParameterEffect("caseload.unevenness", shift=self.unevenness),
            ParameterEffect("caseload.by_skill", towards=self.by_skill),
        )
