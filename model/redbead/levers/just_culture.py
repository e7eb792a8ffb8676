"""Just culture: honest errors are not punished, misconduct is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class JustCulture(Lever, kind="just-culture"):
    """Managers announce that honest errors carry no sanction, and keep this promise to some degree."""

    audience = "directors and team managers"
    proponents = "Safer Safeguarding Group (2015); Chris Mills, after James Reason (2017)"
    systems = ("S18", "S15")

    # fmt: off
    strength: Annotated[float, Param("0-1", 0, 1, "strength of the announced just culture", "assumed",
        "0.8 in the tests of the science notes; Mersey Care 2016 for the direction")] = 0.8
    adherence: Annotated[float, Param(
        "0-1", 0, 1, "extent to which managers keep the promise, from the first week")] = 1.0
    # fmt: on

    # Training of managers and of panels that hear cases: half a day of staff time per worker and year.
    yearly_cost: YearlyCost = 120.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the announced culture, which grows with the dose, and adherence, which applies at once."""
        return (
            ParameterEffect("blame.just", shift=self.strength),
            ParameterEffect("blame.adherence", towards=self.adherence, at_once=True),
        )
