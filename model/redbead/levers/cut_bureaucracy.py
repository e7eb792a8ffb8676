"""Less bureaucracy: fewer forms, and hours for children instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class CutBureaucracy(Lever, kind="cut-bureaucracy"):
    """Forms and procedures are cut, which frees hours and gives up the few errors that they used to catch."""

    audience = "government and directors"
    proponents = "Chris Mills (28 June 2014); the Munro Review (2011); BASW: 29 of 45 hours are spent at a computer"
    systems = ("S7",)

    hours: Annotated[
        float, Param("share", 0, 0.3, "hours freed", "assumed", "a twelfth of the 64 % spent at a computer: BASW 2018")
    ] = 0.05
    checks_lost: Annotated[
        float, Param("share", 0, 0.2, "recognised errors that only forms bring to light: why others believe in them")
    ] = 0.02

    # No cost of its own: simplicity is free to run.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Free hours; lose checks."""
        return (
            ParameterEffect("workload.admin_hours", shift=-self.hours),
            ParameterEffect("practice.recognised", factor=1.0 - self.checks_lost),
        )
