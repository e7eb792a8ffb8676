"""Just culture: honest errors go unpunished, culpable conduct does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class JustCulture(Lever, kind="just-culture"):
    """Managers announce that honest errors carry no sanction, and more or less keep the promise."""

    audience = "directors and team managers"
    proponents = "Safer Safeguarding Group (2015); Chris Mills, after James Reason (2017)"
    systems = ("S18", "S15")

    strength: Annotated[
        float,
        Param(
            "0-1",
            0,
            1,
            "how far a just culture is announced",
            "assumed",
            "just = 0.8 in the tests of the science notes; Mersey Care 2016 for the direction",
        ),
    ] = 0.8
    adherence: Annotated[
        float, Param("0-1", 0, 1, "how far managers practise what is announced, from the first week on")
    ] = 1.0

    # Training of managers and of those who hear cases: half a day of everybody's time each year.
    yearly_cost: YearlyCost = 120.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Announce the culture by degrees; keep the promise to the same degree from the start."""
        return (
            ParameterEffect("blame.just", shift=self.strength),
            ParameterEffect("blame.adherence", towards=self.adherence, at_once=True),
        )
