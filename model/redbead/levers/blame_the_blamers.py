"""Blaming the blamers: managers are punished for a culture of blame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class BlameTheBlamers(Lever, kind="blame-the-blamers"):
    """Managers who blame are themselves held to account, so that some hold back and all are more afraid."""

    audience = "government, inspectors and council leaders"
    proponents = "inspectors on Gloucestershire (2017), who held leaders to account for fear; Chris Mills doubts it"
    systems = ("S16",)

    accused: Annotated[
        float, Param("0-1", 0, 0.5, "fear that the threat adds to managers", "assumed", "E38 of the notes")
    ] = 0.2
    restraint: Annotated[
        float, Param("0-1", 0, 0.6, "blame that managers hold back: what its believers expect of it")
    ] = 0.1

    # No cost of its own: what follows from hearings is booked where it happens.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Frighten managers, and restrain them."""
        return (
            ParameterEffect("fear.manager_accused", shift=self.accused),
            ParameterEffect("blame.restraint", shift=self.restraint),
        )
