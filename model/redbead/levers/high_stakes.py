"""High stakes: everything depends on the judgement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class HighStakes(Lever, kind="high-stakes"):
    """Careers and budgets hang on the grade, so that nobody can afford a bad one."""

    audience = "government"
    proponents = "ministers of 2015; Bevan and Hood (2006) and Hussain (2015) on gains where failing is made costly"
    systems = ("S6", "S7")
    excludes = ("supportive-inspection",)

    stakes: Annotated[float, Param("0-1", 0, 1, "how much depends on the judgement for those who lead")] = 1.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Raise the stakes."""
        return (ParameterEffect("inspection.stakes", towards=self.stakes),)
