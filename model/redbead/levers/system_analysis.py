"""System analysis: ask what went wrong, not who."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class SystemAnalysis(Lever, kind="system-analysis"):
    """Reviews look for causes in the system instead of in persons, by people trained and given time for it."""

    audience = "directors, reviewers and safeguarding partners"
    proponents = "James Reason's system approach, as told by Chris Mills (19 June 2017)"
    systems = ("S15", "S25")

    blindness: Annotated[
        float, Param("ratio", 0, 1, "how far blame still narrows analysis to persons, against before")
    ] = 0.5
    capacity: Annotated[float, Param("ratio", 1, 3, "staff hours set aside for analysis, against before")] = 1.33

    # Training of reviewers; their hours are set aside in the model.
    yearly_cost: YearlyCost = 50.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Look at the system, for longer."""
        return (
            ParameterEffect("lessons.blame_blindness", factor=self.blindness),
            ParameterEffect("lessons.capacity", factor=self.capacity),
        )
