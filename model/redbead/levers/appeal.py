"""Appeal: an authority may challenge its judgement before it is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Appeal(Lever, kind="appeal"):
    """Other inspectors look at a fresh sample when an authority challenges its judgement; the grade can only rise."""

    audience = "the inspectorate and government"
    proponents = "Ofsted's reply to Chris Mills (June 2017): an opportunity to challenge any findings"
    systems = ("S9",)

    chance: Annotated[
        float, Param("0-1", 0, 1, "chance that a judgement of requires improvement or worse is challenged")
    ] = 0.5
    # Fieldwork of half a visit for each challenge, two judgements in three being open to it.
    yearly_cost: YearlyCost = 70.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Open the way to challenge."""
        return (ParameterEffect("inspection.appeals", towards=self.chance),)
