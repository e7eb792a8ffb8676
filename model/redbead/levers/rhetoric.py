"""Rhetoric: tough statements by leaders and politicians."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Rhetoric(Lever, kind="rhetoric"):
    """Tough public statements about the service raise the stakes for leaders and the fear of all staff."""

    audience = "politicians and the press"
    proponents = "council leaders who promise to be ruthless (Coventry Telegraph, 2014); supporters of pressure"
    systems = ("S41", "S14")

    # fmt: off
    fear: Annotated[float, Param(
        "0-1", 0, 0.5, "additional fear", "assumed", "as for two strikes: science notes, section 2.10")] = 0.1
    pressure: Annotated[float, Param(
        "0-1", 0, 0.3, "additional stakes of the next judgement: proponents expect fewer errors under pressure")] = 0.05
    # fmt: on

    # No direct cost.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the additional fear and the higher stakes."""
        return (
            ParameterEffect("fear.rhetoric", shift=self.fear),
            ParameterEffect("inspection.stakes", shift=self.pressure),
        )
