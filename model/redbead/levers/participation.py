"""Participation: those who do the work take part in finding out what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Participation(Lever, kind="participation"):
    """Front-line staff take part in analysis and remedies, or are left out where the share is below 1."""

    audience = "directors and those who lead reviews"
    proponents = "Safer Safeguarding Group (2015): front-line practitioners are involved in understanding failings"
    systems = ("S24", "S11")

    share: Annotated[
        float,
        Param(
            "ratio",
            0,
            2,
            "part that staff take against the usual: 0.5 is top-down, 1.5 bottom-up",
            "assumed",
            "E21 of the notes",
        ),
    ] = 1.5

    # An hour a month of everybody's time, booked nowhere else; set it to 0 for the top-down variant.
    yearly_cost: YearlyCost = 400.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Let staff take part, or not."""
        return (ParameterEffect("lessons.participation", towards=self.share),)
