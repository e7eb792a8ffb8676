"""Biased sample: poor cases are likelier to be looked at than others, or less likely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class BiasedSample(Lever, kind="biased-sample"):
    """Poor cases are over-represented in the sample, or under-represented, against the work of the authority."""

    audience = "researchers, and anybody who is inspected"
    proponents = "nobody wants it; Chris Mills (June 2017) asks what prevents it and gets no answer"
    systems = ("S2",)

    odds: Annotated[
        float,
        Param("ratio", 0.2, 5, "odds that a poor case is sampled, against any other (below 1: good work is preferred)"),
    ] = 2.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Tilt the sample."""
        return (ParameterEffect("inspection.odds_of_poor", towards=self.odds),)
