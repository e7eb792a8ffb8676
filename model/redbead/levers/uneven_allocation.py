"""Uneven allocation: work goes to whoever cannot refuse it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class UnevenAllocation(Lever, kind="uneven-allocation"):
    """Some teams are given far more of the work than others, and beginners as much as anybody."""

    audience = "duty managers"
    proponents = "nobody says so; in practice, every rota by which the next case goes to the next on the list"
    systems = ("S34",)

    unevenness: Annotated[float, Param("log", 0, 1, "spread between teams in the work that they are given")] = 0.4
    by_skill: Annotated[float, Param("0-1", 0, 1, "how far beginners are still given less")] = 0.0

    # No cost of its own: its price is paid in overtime and burnout.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Share out unevenly, and regardless of skill."""
        return (
            ParameterEffect("caseload.unevenness", shift=self.unevenness),
            ParameterEffect("caseload.by_skill", towards=self.by_skill),
        )
