"""Managers as helpers: the first task of managers is to support staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class ManagersAsHelpers(Lever, kind="managers-as-helpers"):
    """Managers support rather than control, blame less, and let staff participate more in analysis."""

    audience = "directors and team managers"
    proponents = "Chris Mills (28 June 2014): the primary role of managers is to support staff; Deming"
    systems = ("S24", "S16", "S27")

    # fmt: off
    support: Annotated[float, Param("0-1", 0, 0.5, "additional support by managers")] = 0.1
    restraint: Annotated[float, Param("0-1", 0, 0.6, "reduction of blame by managers")] = 0.05
    participation: Annotated[float, Param(
        "ratio", 1, 2, "participation of staff in analysis, relative to its usual level")] = 1.2
    # fmt: on

    # Training and coaching of a manager, 1,200 pounds per year, for six posts.
    yearly_cost: YearlyCost = 200.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the additional support, the restraint of blame, and the greater participation of staff."""
        return (
            ParameterEffect("burnout.helping", shift=self.support),
            ParameterEffect("blame.restraint", shift=self.restraint),
            ParameterEffect("lessons.participation", factor=self.participation),
        )
