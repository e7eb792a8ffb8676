"""Biased sample: poor cases are more or less likely to be sampled than other cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class BiasedSample(Lever, kind="biased-sample"):
    """Poor cases are over-represented or under-represented in the sample of inspectors."""

    audience = "researchers and inspected authorities"
    proponents = "no proponents; Chris Mills (June 2017) asks what prevents it and receives no answer"
    systems = ("S2",)

    # fmt: off
    odds: Annotated[float, Param(
        "ratio", 0.2, 5, "odds ratio of sampling a poor case (below 1: good practice is over-represented)")] = 2.0
    # fmt: on

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the odds ratio of sampling a poor case."""
        return (ParameterEffect("inspection.odds_of_poor", towards=self.odds),)
