"""Prevention: help before things go wrong, which lowers demand years later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Prevention(Lever, kind="prevention"):
    """Part of the budget goes to early help for families, so that fewer of them are referred two years on."""

    audience = "government and councils"
    proponents = "Chris Mills (23 June 2014) and Karen Broadhurst: preventative services can reduce cost"
    systems = ("S39",)

    share: Annotated[float, Param("share of budget", 0, 0.3, "spent on prevention, on top of what is spent now")] = 0.05
    effect: Annotated[
        float,
        Param(
            "share per 10 % of budget",
            0,
            0.25,
            "referrals that this much prevention makes unnecessary",
            "assumed",
            "e_pv of the notes: no estimate found",
        ),
    ] = 0.1

    # No cost of its own: the model books the share of the budget.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Spend on prevention."""
        return (
            ParameterEffect("demand.prevention", shift=self.share),
            ParameterEffect("demand.prevention_effect", towards=self.effect, at_once=True),
        )
