"""Larger sample: inspectors track more cases at each visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class LargerSample(Lever, kind="larger-sample"):
    """Each judgement is based on more cases, so chance has less influence."""

    audience = "the inspectorate and government"
    proponents = "those who see chance as a problem of sample size: Chris Mills, the red bead problem (June 2017)"
    systems = ("S1", "S2")

    cases: Annotated[int, Param("cases", 10, 400, "number of cases that inspectors track", whole=True)] = 100
    # 73 additional cases at 2,000 pounds every three years, for 120 posts.
    yearly_cost: YearlyCost = 400.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the number of cases."""
        return (ParameterEffect("inspection.cases_tracked", towards=self.cases),)
