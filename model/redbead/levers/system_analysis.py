"""System analysis: reviews examine the system instead of individuals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class SystemAnalysis(Lever, kind="system-analysis"):
    """Trained reviewers with sufficient time look for causes in the system instead of in individuals."""

    audience = "directors, reviewers and safeguarding partners"
    proponents = "James Reason's system approach, as described by Chris Mills (19 June 2017)"
    systems = ("S15", "S25")

    # fmt: off
    blindness: Annotated[float, Param("ratio", 0, 1,
        "effect of blame on the narrowing of analysis to individuals, relative to its usual effect")] = 0.5
    capacity: Annotated[float, Param("ratio", 1, 3, "staff hours for analysis, relative to the usual hours")] = 1.33
    # fmt: on

    # Training of reviewers; the model deducts their hours.
    yearly_cost: YearlyCost = 50.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the smaller effect of blame on analysis and the additional capacity for analysis."""
        return (
            ParameterEffect("lessons.blame_blindness", factor=self.blindness),
            ParameterEffect("lessons.capacity", factor=self.capacity),
        )
