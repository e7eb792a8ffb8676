"""Strategic confusion: conflicting priorities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class StrategicConfusion(Lever, kind="strategic-confusion"):
    """Government sets conflicting priorities in turn, which costs hours and exhausts staff."""

    audience = "government departments"
    proponents = "no proponents of confusion, but each priority has a department that supports it"
    systems = ("S38",)

    # fmt: off
    hours: Annotated[float, Param("share", 0, 0.3, "share of hours lost to conflicting demands", "assumed",
        "science notes, section 2.10", likely=(0.0, 0.10))] = 0.05
    conflict: Annotated[float, Param("log-odds", 0, 3, "exhaustion from conflicting priorities", "assumed",
        "science notes, section 2.10", likely=(0.0, 1.0))] = 0.5
    focus: Annotated[float, Param(
        "log", 0, 1, "gain in recognition, because departments look more closely at their priorities", "assumed",
        "the reason given by departments; no estimate", likely=(0.0, 0.3))] = 0.05
    # fmt: on

    # No direct cost: the model deducts the lost hours.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the lost hours, the additional exhaustion and the gain in recognition."""
        return (
            ParameterEffect("workload.admin_hours", shift=self.hours),
            ParameterEffect("burnout.conflict", shift=self.conflict),
            ParameterEffect("practice.training", shift=self.focus),
        )
