"""Blaming the blamers: managers are held to account for a culture of blame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class BlameTheBlamers(Lever, kind="blame-the-blamers"):
    """Managers who blame staff are held to account, so they blame less but are more afraid."""

    audience = "government, inspectors and council leaders"
    proponents = "inspectors on Gloucestershire (2017), who held leaders to account for fear; Chris Mills disagrees"
    systems = ("S16",)

    # fmt: off
    accused: Annotated[float, Param(
        "0-1", 0, 0.5, "additional fear of managers", "assumed", "science notes, E38")] = 0.2
    restraint: Annotated[float, Param(
        "0-1", 0, 0.6, "reduction of blame by managers: the effect that proponents expect")] = 0.1
    # fmt: on

    # No direct cost: the consequences of hearings are booked where they occur.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the additional fear and the restraint of managers."""
        return (
            ParameterEffect("fear.manager_accused", shift=self.accused),
            ParameterEffect("blame.restraint", shift=self.restraint),
        )
