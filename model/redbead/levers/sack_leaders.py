"""Sacked leaders: a poor grade leads to dismissal of the director."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class SackLeaders(Lever, kind="sack-leaders"):
    """The director is dismissed after an inadequate grade, so that a leader is accountable."""

    audience = "elected members and council leaders"
    proponents = "those who want a leader to be accountable for failure; Cambridgeshire's former leader disagreed"
    systems = ("S6", "S10", "S31")
    excludes = ("protect-leaders",)

    # fmt: off
    dismissal: Annotated[float, Param(
        "0-1", 0, 0.9, "chance that the director is dismissed after an inadequate grade")] = 0.9
    # fmt: on
    # A settlement and a search for 135,000 pounds; one additional director in 40 leaves each year.
    yearly_cost: YearlyCost = 30.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the chance of dismissal."""
        return (ParameterEffect("consequences.dismissal", towards=self.dismissal),)
