"""Less bureaucracy: fewer forms and more hours for families."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class CutBureaucracy(Lever, kind="cut-bureaucracy"):
    """Fewer forms and procedures free working hours, but some errors that they revealed are no longer recognised."""

    audience = "government and directors"
    proponents = "Chris Mills (28 June 2014); the Munro Review (2011); BASW: 29 of 45 hours are spent at a computer"
    systems = ("S7",)

    # fmt: off
    hours: Annotated[float, Param("share", 0, 0.3, "share of working hours freed", "assumed",
        "a twelfth of the 64 % spent at a computer: BASW 2018")] = 0.05
    checks_lost: Annotated[float, Param("share", 0, 0.2,
        "share of recognised errors that only forms reveal: the reason why others support them")] = 0.02
    # fmt: on

    # No direct cost.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the freed hours and the smaller share of recognised errors."""
        return (
            ParameterEffect("workload.admin_hours", shift=-self.hours),
            ParameterEffect("practice.recognised", factor=1.0 - self.checks_lost),
        )
