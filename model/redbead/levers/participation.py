"""Participation: practitioners take part in the analysis of errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Participation(Lever, kind="participation"):
    """Front-line staff take part in analysis and remedies, or are excluded if the share is below 1."""

    audience = "directors and those who lead reviews"
    proponents = "Safer Safeguarding Group (2015): front-line practitioners are involved in understanding failings"
    systems = ("S24", "S11")

    # fmt: off
    share: Annotated[float, Param(
        "ratio", 0, 2, "participation of staff, relative to its usual level: 0.5 is top-down, 1.5 bottom-up", "assumed",
        "science notes, E21")] = 1.5
    # fmt: on

    # One hour per worker and month, not booked elsewhere; set it to 0 for the top-down variant.
    yearly_cost: YearlyCost = 400.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the participation of staff."""
        return (ParameterEffect("lessons.participation", towards=self.share),)
