"""Agency cap: agency staff may cover fewer vacant posts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class AgencyCap(Lever, kind="agency-cap"):
    """Agency staff may cover only part of the vacant posts, so some of them take permanent posts instead."""

    audience = "government and groups of councils"
    proponents = "government's rules on agency social workers (2024); councils that agreed on a cap"
    systems = ("S30",)

    # fmt: off
    cover: Annotated[float, Param("share", 0, 1, "share of vacant posts that agency staff may cover")] = 0.3
    converts: Annotated[float, Param(
        "share", 0, 0.3, "reduction of the time to fill a post because agency staff take permanent posts")] = 0.05
    # fmt: on

    # No direct cost: the model books the cost of cover.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the smaller agency cover and the shorter time to fill posts."""
        return (
            ParameterEffect("staffing.agency_cover", towards=self.cover),
            ParameterEffect("staffing.time_to_fill", factor=1.0 - self.converts),
        )
