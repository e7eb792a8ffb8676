"""The outsourcing debate: everybody argues about who should run the service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class OutsourcingDebate(Lever, kind="outsourcing-debate"):
    """A public debate about outsourcing takes the attention of those who lead, whether or not anything comes of it."""

    audience = "government and the press"
    proponents = "the government of 2014, which wished to hear all views first; Chris Mills calls the debate damaging"
    systems = ("S38",)

    loudness: Annotated[float, Param("0-1", 0, 1, "how loud the debate is")] = 1.0
    distraction: Annotated[
        float, Param("share", 0, 0.1, "attention of leaders that it takes", "assumed", "science notes, section 2.10")
    ] = 0.02

    # No cost of its own: leaders lose hours, and the model takes them.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Argue."""
        return (
            ParameterEffect("change.debate", shift=self.loudness),
            ParameterEffect("change.debate_distraction", towards=self.distraction, at_once=True),
        )
