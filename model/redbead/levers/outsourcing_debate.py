"""Outsourcing debate: a public debate about who should run the service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class OutsourcingDebate(Lever, kind="outsourcing-debate"):
    """A public debate about outsourcing distracts leaders, whether or not the service is transferred."""

    audience = "government and the press"
    proponents = "the government of 2014, which wanted to hear all views first; Chris Mills calls the debate damaging"
    systems = ("S38",)

    # fmt: off
    loudness: Annotated[float, Param("0-1", 0, 1, "intensity of the debate")] = 1.0
    distraction: Annotated[float, Param(
        "share", 0, 0.1, "attention of leaders that the debate takes", "assumed", "science notes, section 2.10")] = 0.02
    # fmt: on

    # No direct cost: the model deducts the hours of leaders.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the intensity of the debate and the distraction of leaders."""
        return (
            ParameterEffect("change.debate", shift=self.loudness),
            ParameterEffect("change.debate_distraction", towards=self.distraction, at_once=True),
        )
