"""An agency cap: fewer vacant posts may be covered by agency staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class AgencyCap(Lever, kind="agency-cap"):
    """Agency staff may cover only some of the vacant posts, so that a few of them take permanent ones instead."""

    audience = "government and groups of councils"
    proponents = "government's rules on agency social workers (2024); councils that agreed on a cap"
    systems = ("S30",)

    cover: Annotated[float, Param("share", 0, 1, "vacant posts that agency staff may cover")] = 0.3
    converts: Annotated[
        float, Param("share", 0, 0.3, "time to fill a post that is saved because agency staff become permanent")
    ] = 0.05

    # No cost of its own: cheaper cover is booked as it comes.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Cover fewer vacancies; fill them a little sooner."""
        return (
            ParameterEffect("staffing.agency_cover", towards=self.cover),
            ParameterEffect("staffing.time_to_fill", factor=1.0 - self.converts),
        )
