"""Flat hierarchy: bad news reaches senior managers more easily."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class FlatHierarchy(Lever, kind="flat-hierarchy"):
    """Managers have less to fear from rank, so fear makes them suppress fewer reports."""

    audience = "directors and elected members"
    proponents = "Safer Safeguarding Group (2015): fear prevents people from challenging the hierarchy"
    systems = ("S14", "S19")

    # fmt: off
    gradient: Annotated[float, Param(
        "ratio", 0, 1, "effect of fear on the suppression of reports, relative to its usual effect", "assumed",
        "science notes, C83")] = 0.5
    # fmt: on

    # No direct cost.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the smaller effect of fear on escalation."""
        return (ParameterEffect("response.passing_fear", factor=self.gradient),)
