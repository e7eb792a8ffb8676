"""Staff first: the director gives priority to staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class StaffFirst(Lever, kind="staff-first"):
    """Support for staff has priority among the goals that compete for the attention of the director."""

    audience = "directors and elected members"
    proponents = "the author of 'Beyond leadership', who sees staff neglected because of the next inspection"
    systems = ("S6",)

    # fmt: off
    pull: Annotated[float, Param(
        "log", 0, 3, "additional weight of staff in the director's attention, relative to other goals")] = 1.0
    # fmt: on

    # No direct cost: attention to other goals decreases.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the higher weight of staff in the attention of the director."""
        return (ParameterEffect("leadership.staff_pull", shift=self.pull),)
