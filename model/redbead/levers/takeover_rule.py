"""Takeover rule: government takes over an inadequate authority that does not improve in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class TakeoverRule(Lever, kind="takeover-rule"):
    """Government can take over an authority that is still inadequate, and has not improved, at the deadline."""

    audience = "government"
    proponents = "the Prime Minister (14 December 2015); contested by the Safer Safeguarding Group"
    systems = ("S11",)

    # fmt: off
    chance: Annotated[float, Param(
        "0-1", 0, 1, "probability of a takeover if the authority has not improved at the deadline; 1 is certain")] = 1.0
    clock_weeks: Annotated[int, Param("weeks", 4, 260, "time allowed for improvement after an inadequate grade",
        "measured", "six months: government policy of December 2015", whole=True)] = 26
    trust: Annotated[float, Param(
        "0-1", 0, 1, "chance that a takeover ends in a trust; otherwise a commissioner supervises the council")] = 0.0
    funding: Annotated[float, Param("share", 0, 0.15, "additional posts funded after a takeover")] = 0.05
    lessons: Annotated[float, Param("0-1", 0, 0.3, "share of possible lessons that new leaders introduce")] = 0.05
    disruption: Annotated[float, Param("index", 0, 0.6, "disruption when a trust takes over")] = 0.3
    # fmt: on

    # The cost of a takeover is booked when it occurs: cost.takeover, takeover.funding.
    yearly_cost: YearlyCost = 0.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the chance of a takeover, and the conditions of a takeover, which apply at once."""
        return (
            ParameterEffect("takeover.chance", towards=self.chance),
            ParameterEffect("takeover.clock_weeks", towards=float(self.clock_weeks), at_once=True),
            ParameterEffect("takeover.trust", towards=self.trust, at_once=True),
            ParameterEffect("takeover.funding", towards=self.funding, at_once=True),
            ParameterEffect("takeover.lessons", towards=self.lessons, at_once=True),
            ParameterEffect("takeover.disruption_trust", towards=self.disruption, at_once=True),
        )
