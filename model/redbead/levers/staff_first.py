"""Staff first: the director's attention goes to staff before anything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class StaffFirst(Lever, kind="staff-first"):
    """Among the goals that compete for the director's attention, keeping staff happy comes first."""

    audience = "directors and elected members"
    proponents = "the author of 'Beyond leadership', who sees staff crowded out by the next inspection"
    systems = ("S6",)

    pull: Annotated[
        float, Param("log", 0, 3, "how much more staff attract the director's attention, against the other goals")
    ] = 1.0

    # No cost of its own: attention is taken off other goals.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Turn the director to staff."""
        return (ParameterEffect("leadership.staff_pull", shift=self.pull),)
