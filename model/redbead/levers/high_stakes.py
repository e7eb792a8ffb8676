"""High stakes: careers and budgets depend on the judgement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


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
