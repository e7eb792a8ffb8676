"""Restorative response: support for workers during formal action and after an incident."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class RestorativeResponse(Lever, kind="restorative-response"):
    """Workers are supported after a sanction and during formal action, which takes some of their hours."""

    audience = "directors and human resources"
    proponents = "Mersey Care NHS Foundation Trust: Kaur et al. (2019)"
    systems = ("S18",)

    # fmt: off
    support: Annotated[float, Param("share", 0, 1,
        "share of the effects of a sanction on the worker's fear and leaving that support removes", "assumed",
        "fewer suspensions and better retention at Mersey Care: Kaur et al. 2019", ("kaur-2019",))] = 0.5
    # fmt: on

    # Facilitators of conversations after incidents, and training for them.
    yearly_cost: YearlyCost = 150.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the extent of support."""
        return (ParameterEffect("formal.support", shift=self.support),)
