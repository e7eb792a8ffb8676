"""Candour credit: openly disclosed problems do not count against the authority."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class CandourCredit(Lever, kind="candour-credit"):
    """Inspectors give credit for problems that an authority has identified itself and discloses openly."""

    audience = "the inspectorate"
    proponents = (
        "a former leader of Cambridgeshire County Council, on problems disclosed honestly and reported as a revelation"
    )
    systems = ("S8",)

    credit: Annotated[float, Param("0-1", 0, 1, "credit for openly disclosed problems")] = 1.0
    # Guidance and moderation for inspectors.
    yearly_cost: YearlyCost = 5.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the credit for candour."""
        return (ParameterEffect("leadership.candour_credit", towards=self.credit),)
