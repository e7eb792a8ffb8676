"""Improvement time: hours reserved for improving the work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class ImprovementTime(Lever, kind="improvement-time"):
    """All staff have hours in the week to identify problems and to solve them."""

    audience = "directors and team managers"
    proponents = "Chris Mills (28 June 2014): employed to improve the work, not just to do it; Deming"
    systems = ("S24", "S25")

    # fmt: off
    share: Annotated[float, Param("share", 0, 0.15, "share of staff hours reserved for improvement work", "assumed",
        "science notes, section 2.10: x_ci 0 to 0.15, 0.06 in the prototype")] = 0.06
    # fmt: on

    # No direct cost: the model deducts the reserved hours from the working week.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the share of hours reserved."""
        return (ParameterEffect("workload.improvement_hours", shift=self.share),)
