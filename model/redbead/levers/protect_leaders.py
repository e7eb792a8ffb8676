"""Protected leaders: a bad grade does not cost the director the post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class ProtectLeaders(Lever, kind="protect-leaders"):
    """Leaders are retained and shielded when an inspection goes badly, so that they need not be afraid."""

    audience = "elected members and council leaders"
    proponents = "a former leader of Cambridgeshire County Council, on the team that was retained"
    systems = ("S6", "S31")
    excludes = ("sack-leaders",)

    retained: Annotated[
        float, Param("0-1", 0, 1, "how far leaders are protected from dismissal", "assumed", "E37: dismissal 0")
    ] = 1.0
    shield: Annotated[
        float,
        Param("share", 0, 1, "how far leaders are shielded from threat and publicity", "assumed", "E37: prot"),
    ] = 0.5

    # An adviser who stands by the director for some weeks in a bad year.
    yearly_cost: YearlyCost = 20.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Keep the director in post, and the heat off her."""
        return (
            ParameterEffect("consequences.protected", towards=self.retained),
            ParameterEffect("fear.protection", shift=self.shield),
        )
