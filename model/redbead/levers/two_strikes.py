"""Two strikes: an error after a finding within a year has more severe consequences, and leaders announce this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class TwoStrikes(Lever, kind="two-strikes"):
    """After a finding within a year a sanction is more likely, and a second finding can lead to dismissal."""

    audience = "council leaders and directors"
    proponents = "a city council after a child's death, as criticised by Chris Mills (28 June 2014)"
    systems = ("S17", "S14")

    # fmt: off
    escalation: Annotated[float, Param(
        "ratio", 0, 10, "increase of the chance of a sanction after a second error (1 doubles it)", "assumed",
        "science notes, section 2.10 (k_2 = 1)")] = 1.0
    dismissal: Annotated[float, Param(
        "share", 0, 1, "share of second findings that end in dismissal")] = 0.1
    rhetoric: Annotated[float, Param(
        "0-1", 0, 0.5, "additional fear from the announcement", "assumed", "science notes, section 2.10 (0.1)")] = 0.1
    # fmt: on

    # No direct cost: leavers and the agency staff who cover their posts are booked when they occur.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the escalation, the chance of dismissal and the additional fear."""
        return (
            ParameterEffect("response.second_strike", shift=self.escalation),
            ParameterEffect("response.dismissal", shift=self.dismissal),
            ParameterEffect("fear.rhetoric", shift=self.rhetoric),
        )
