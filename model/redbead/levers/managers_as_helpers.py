"""Managers as helpers: their first task is to support staff in improving the work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class ManagersAsHelpers(Lever, kind="managers-as-helpers"):
    """Managers turn from control to support, hold back blame and let staff take a greater part in analysis."""

    audience = "directors and team managers"
    proponents = "Chris Mills (28 June 2014): the primary role of managers is to support staff; Deming"
    systems = ("S24", "S16", "S27")

    support: Annotated[float, Param("0-1", 0, 0.5, "support that managers give on top")] = 0.1
    restraint: Annotated[float, Param("0-1", 0, 0.6, "blame that managers hold back")] = 0.05
    participation: Annotated[float, Param("ratio", 1, 2, "part that staff take in analysis, against before")] = 1.2

    # Training and coaching of a manager, 1,200 pounds a year, for six posts.
    yearly_cost: YearlyCost = 200.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Support, hold back, and let others take part."""
        return (
            ParameterEffect("burnout.helping", shift=self.support),
            ParameterEffect("blame.restraint", shift=self.restraint),
            ParameterEffect("lessons.participation", factor=self.participation),
        )
