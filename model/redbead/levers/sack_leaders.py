"""Sacked leaders: a bad grade costs the director the post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class SackLeaders(Lever, kind="sack-leaders"):
    """The director answers for an inadequate grade with the post, so that somebody is accountable."""

    audience = "elected members and council leaders"
    proponents = "those who want somebody to answer for a failure; Cambridgeshire's former leader did not"
    systems = ("S6", "S10", "S31")
    excludes = ("protect-leaders",)

    dismissal: Annotated[
        float, Param("0-1", 0, 0.9, "chance that the director is dismissed after an inadequate grade")
    ] = 0.9
    # A settlement and a search of 135,000 pounds, where one more director in 40 goes each year.
    yearly_cost: YearlyCost = 30.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Dismiss."""
        return (ParameterEffect("consequences.dismissal", towards=self.dismissal),)
