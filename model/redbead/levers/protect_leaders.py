"""Protected leaders: a poor grade does not lead to dismissal of the director."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class ProtectLeaders(Lever, kind="protect-leaders"):
    """Leaders are retained and shielded after a poor inspection, so they are less afraid."""

    audience = "elected members and council leaders"
    proponents = "a former leader of Cambridgeshire County Council, on the management team that was retained"
    systems = ("S6", "S31")
    excludes = ("sack-leaders",)

    # fmt: off
    retained: Annotated[float, Param(
        "0-1", 0, 1, "protection of leaders from dismissal", "assumed", "E37: dismissal 0")] = 1.0
    shield: Annotated[float, Param(
        "share", 0, 1, "protection of leaders from threat and publicity", "assumed", "E37: prot")] = 0.5
    # fmt: on

    # An adviser who supports the director for some weeks in a difficult year.
    yearly_cost: YearlyCost = 20.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the protection from dismissal and from threat and publicity."""
        return (
            ParameterEffect("consequences.protected", towards=self.retained),
            ParameterEffect("fear.protection", shift=self.shield),
        )
