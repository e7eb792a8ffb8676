"""Strategic confusion: priorities that conflict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class StrategicConfusion(Lever, kind="strategic-confusion"):
    """Government asks for one thing at the expense of another, then for the other: hours and nerves are lost."""

    audience = "government departments"
    proponents = "nobody believes in confusion, but each of the priorities has a department that sees more through it"
    systems = ("S38",)

    hours: Annotated[
        float,
        Param(
            "share",
            0,
            0.3,
            "hours lost to serving several masters",
            "assumed",
            "science notes, section 2.10",
            likely=(0.0, 0.10),
        ),
    ] = 0.05
    conflict: Annotated[
        float,
        Param(
            "log-odds",
            0,
            3,
            "exhaustion from priorities that conflict",
            "assumed",
            "science notes, section 2.10",
            likely=(0.0, 1.0),
        ),
    ] = 0.5
    focus: Annotated[
        float,
        Param(
            "log",
            0,
            1,
            "gain in recognition, for what a department asks about is looked at more closely",
            "assumed",
            "the departments' own reason; no estimate",
            likely=(0.0, 0.3),
        ),
    ] = 0.05

    # No cost of its own: hours are lost, not bought.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Lose hours, wear people out, and look more closely at what is asked about."""
        return (
            ParameterEffect("workload.admin_hours", shift=self.hours),
            ParameterEffect("burnout.conflict", shift=self.conflict),
            ParameterEffect("practice.training", shift=self.focus),
        )
