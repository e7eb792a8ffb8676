"""Rhetoric: leaders and politicians talk tough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Rhetoric(Lever, kind="rhetoric"):
    """Tough public words about the service raise what is at stake for those who lead, and everybody's fear."""

    audience = "politicians and the press"
    proponents = "council leaders who promise to be ruthless (Coventry Telegraph, 2014); those who trust in pressure"
    systems = ("S41", "S14")

    fear: Annotated[
        float,
        Param("0-1", 0, 0.5, "fear that the words add", "assumed", "as for two strikes: science notes, section 2.10"),
    ] = 0.1
    pressure: Annotated[
        float,
        Param(
            "0-1", 0, 0.3, "how much more depends on the next judgement: errors fall under pressure, say its believers"
        ),
    ] = 0.05

    # No cost of its own: talk is free.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Frighten, and raise the stakes."""
        return (
            ParameterEffect("fear.rhetoric", shift=self.fear),
            ParameterEffect("inspection.stakes", shift=self.pressure),
        )
