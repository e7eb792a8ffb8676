"""Uneven allocation: some teams receive more work than others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class UnevenAllocation(Lever, kind="uneven-allocation"):
    """Some teams receive far more work than others, and new workers as much as experienced ones."""

    audience = "duty managers"
    proponents = "no stated proponents; in practice, any rota that allocates cases in turn"
    systems = ("S34",)

    unevenness: Annotated[float, Param("log", 0, 1, "standard deviation of the work between teams")] = 0.4
    by_skill: Annotated[float, Param("0-1", 0, 1, "extent to which new workers receive fewer cases")] = 0.0

    # No direct cost: the price is overtime and burnout.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the unevenness between teams and the smaller protection of new workers."""
        return (
            ParameterEffect("caseload.unevenness", shift=self.unevenness),
            ParameterEffect("caseload.by_skill", towards=self.by_skill),
        )
