"""A flat hierarchy: bad news travels up more easily."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class FlatHierarchy(Lever, kind="flat-hierarchy"):
    """Those who report upwards have less to fear from rank, so that managers hold back less bad news when afraid."""

    audience = "directors and elected members"
    proponents = "Safer Safeguarding Group (2015): fear prevents people from challenging the hierarchy"
    systems = ("S14", "S19")

    gradient: Annotated[
        float,
        Param(
            "ratio",
            0,
            1,
            "how far fear still makes managers hold news back, against before",
            "assumed",
            "C83 of the notes",
        ),
    ] = 0.5

    # No cost of its own: manners are free.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Let bad news pass."""
        return (ParameterEffect("response.passing_fear", factor=self.gradient),)
