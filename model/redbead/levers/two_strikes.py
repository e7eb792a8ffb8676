"""Two strikes and you're out: a second error costs more than a first, and everybody is told so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class TwoStrikes(Lever, kind="two-strikes"):
    """A second known error within a year makes a sanction likelier and can end in dismissal; leaders say so aloud."""

    audience = "council leaders and directors"
    proponents = "a city council after a child's death, as criticised by Chris Mills (28 June 2014)"
    systems = ("S17", "S14")

    escalation: Annotated[
        float,
        Param(
            "ratio",
            0,
            10,
            "how much likelier the second error makes a sanction (1 doubles the chance)",
            "assumed",
            "k_2 = 1 of the science notes, section 2.10",
        ),
    ] = 1.0
    dismissal: Annotated[
        float, Param("share", 0, 1, "sanctions for a second strike that end in dismissal: 'you are out'")
    ] = 0.5
    rhetoric: Annotated[
        float,
        Param(
            "0-1",
            0,
            0.5,
            "fear that the announcement adds",
            "assumed",
            "0.1 in the science notes, section 2.10",
        ),
    ] = 0.1

    # Words are free; leavers and the agency staff who stand in for them are booked as they come.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Make the second strike count, dismiss some, and talk of it."""
        return (
            ParameterEffect("response.second_strike", shift=self.escalation),
            ParameterEffect("response.dismissal", shift=self.dismissal),
            ParameterEffect("fear.rhetoric", shift=self.rhetoric),
        )
