"""Autonomy: teams decide how they work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Autonomy(Lever, kind="autonomy"):
    """Teams develop their own ways of working, so some become better and others do not."""

    audience = "government and directors"
    proponents = "the author of 'Beyond leadership': innovation needs freedom for leaders at every level"
    systems = ("S33",)

    # fmt: off
    freedom: Annotated[float, Param("0-1", 0, 1, "extent to which teams decide how they work")] = 0.8
    gain: Annotated[float, Param(
        "log/week", 0, 0.005, "mean weekly reduction of the error rate of an autonomous team")] = 0.0005
    spread: Annotated[float, Param("log", 0, 0.05, "weekly standard deviation of that reduction between teams")] = 0.01
    # fmt: on

    # No direct cost: the price is that teams diverge.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the autonomy of teams, with the mean and the spread of its effect."""
        return (
            ParameterEffect("lessons.autonomy", shift=self.freedom),
            ParameterEffect("lessons.autonomy_gain", towards=self.gain, at_once=True),
            ParameterEffect("lessons.autonomy_spread", towards=self.spread, at_once=True),
        )
