"""Larger sample: inspectors track more cases at every visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class LargerSample(Lever, kind="larger-sample"):
    """Every judgement rests on more cases, so that chance has less to say."""

    audience = "the inspectorate and government"
    proponents = "those who take the lottery for a matter of numbers: Chris Mills's red bead problem (June 2017)"
    systems = ("S1", "S2")

    cases: Annotated[int, Param("cases", 10, 400, "cases that inspectors track", whole=True)] = 100
    # 73 more cases at 2,000 pounds every three years, over 120 posts.
    yearly_cost: YearlyCost = 400.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Track more cases."""
        return (ParameterEffect("inspection.cases_tracked", towards=self.cases),)
