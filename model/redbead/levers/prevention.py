"""Prevention: early help for families, which reduces demand years later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Prevention(Lever, kind="prevention"):
    """Part of the budget funds early help for families, which reduces referrals about two years later."""

    audience = "government and councils"
    proponents = "Chris Mills (23 June 2014) and Karen Broadhurst: preventative services can reduce cost"
    systems = ("S39",)

    # fmt: off
    share: Annotated[float, Param(
        "share of budget", 0, 0.3, "additional share of the budget spent on prevention")] = 0.05
    effect: Annotated[float, Param("share per 10 % of budget", 0, 0.25, "reduction of referrals per 10 % of the budget",
        "assumed", "science notes, e_pv: no estimate found")] = 0.1
    # fmt: on

    # No direct cost: the model books the share of the budget.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the share of the budget and its effect on referrals."""
        return (
            ParameterEffect("demand.prevention", shift=self.share),
            ParameterEffect("demand.prevention_effect", towards=self.effect, at_once=True),
        )
