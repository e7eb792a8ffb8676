"""Targets: every team must meet timescales and figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


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
