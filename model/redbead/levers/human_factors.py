"""Human-factors training: staff recognise more errors for some time after the training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import LONGEST, Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class HumanFactors(Lever, kind="human-factors"):
    """Staff are trained to recognise errors and their causes, and the effect of the training decays."""

    audience = "directors, principal social workers and universities"
    proponents = "Chris Mills (28 June 2014): a human factors approach that makes thinking about error part of the work"
    systems = ("S22",)

    # fmt: off
    gain: Annotated[float, Param("log", 0, 1, "gain in the recognition of errors directly after training", "assumed",
        "science notes, section 2.10")] = 0.2
    decay_weeks: Annotated[float, Param("weeks", 0, LONGEST, "time constant of the decay of training (0 is never)",
        "assumed", "science notes, section 2.10")] = 104.0
    # fmt: on

    # Two days per year of a worker's time (490 pounds, not booked elsewhere) and fees. The cost decays like the effect
    # of the training, so the total equals the cost of two years.
    yearly_cost: YearlyCost = 650.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the gain in recognition."""
        return (ParameterEffect("practice.training", shift=self.gain),)
