"""Human-factors training: staff learn how errors come about, and for a while they notice more of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import LONGEST, Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class HumanFactors(Lever, kind="human-factors"):
    """Staff are trained to see errors and what leads to them; what they have learnt fades."""

    audience = "directors, principal social workers and universities"
    proponents = (
        "Chris Mills (28 June 2014): a human factors approach, so that thinking about error is part of the work"
    )
    systems = ("S22",)

    gain: Annotated[
        float,
        Param(
            "log", 0, 1, "gain in recognition of errors just after training", "assumed", "science notes, section 2.10"
        ),
    ] = 0.2
    decay_weeks: Annotated[
        float,
        Param(
            "weeks", 0, LONGEST, "time in which training fades (0 is never)", "assumed", "science notes, section 2.10"
        ),
    ] = 104.0

    # Two days a year of a worker's time (490 pounds, booked nowhere else) and fees. The bill fades like the
    # training: in all it comes to two years of it.
    yearly_cost: YearlyCost = 650.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Notice more."""
        return (ParameterEffect("practice.training", shift=self.gain),)
