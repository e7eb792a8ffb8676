"""Improvement time: hours set aside for staff to improve how the work is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class ImprovementTime(Lever, kind="improvement-time"):
    """Everybody has hours in the week to find out what goes wrong and to put it right."""

    audience = "directors and team managers"
    proponents = "Chris Mills (28 June 2014): employed to improve the work, not just to do it; Deming"
    systems = ("S24", "S25")

    share: Annotated[
        float,
        Param(
            "share",
            0,
            0.15,
            "staff hours set aside for improvement work",
            "assumed",
            "x_ci 0 to 0.15, 0.06 in the prototype: science notes, section 2.10",
        ),
    ] = 0.06

    # No cost of its own: the hours set aside are its price, and the model takes them off the week.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Set hours aside."""
        return (ParameterEffect("workload.improvement_hours", shift=self.share),)
