"""Appeal: an authority may challenge its judgement before publication."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Appeal(Lever, kind="appeal"):
    """Other inspectors examine a new sample if an authority appeals, and the grade can only improve."""

    audience = "the inspectorate and government"
    proponents = "Ofsted's reply to Chris Mills (June 2017): an opportunity to challenge any findings"
    systems = ("S9",)

    # fmt: off
    chance: Annotated[float, Param(
        "0-1", 0, 1, "chance that a judgement of requires improvement or worse is challenged")] = 0.5
    # fmt: on
    # Each appeal takes half a visit; two of three judgements can be challenged.
    yearly_cost: YearlyCost = 70.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the chance of an appeal."""
        return (ParameterEffect("inspection.appeals", towards=self.chance),)
