"""Autonomy: teams are free to find their own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Autonomy(Lever, kind="autonomy"):
    """Teams may pursue their own vision of good work, so that some become better and some do not."""

    audience = "government and directors"
    proponents = "the author of 'Beyond leadership': innovations flow where leaders at every level are freed"
    systems = ("S33",)

    freedom: Annotated[float, Param("0-1", 0, 1, "how far teams decide how they work")] = 0.8
    gain: Annotated[float, Param("log/week", 0, 0.005, "mean weekly fall of a free team's error rate")] = 0.0005
    spread: Annotated[
        float, Param("log", 0, 0.05, "weekly spread of that fall between teams: the price of freedom")
    ] = 0.01

    # No cost of its own: teams drift apart, and that is the price.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Set teams free, with the gain and the spread of what they make of it."""
        return (
            ParameterEffect("lessons.autonomy", shift=self.freedom),
            ParameterEffect("lessons.autonomy_gain", towards=self.gain, at_once=True),
            ParameterEffect("lessons.autonomy_spread", towards=self.spread, at_once=True),
        )
