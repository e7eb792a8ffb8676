"""Political attention: ministers act while public attention lasts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class PoliticalAttention(Lever, kind="political-attention"):
    """A scandal brings funding and reforms while public attention lasts, and more fear of publicity."""

    audience = "politicians and the press"
    proponents = (
        "Tim Loughton, a former children's minister (June 2017), who missed the subject in the election campaign"
    )
    systems = ("S41", "S44")

    # fmt: off
    money: Annotated[float, Param(
        "share/unit", 0, 0.5, "posts funded per unit of public attention, while it lasts")] = 0.1
    reform: Annotated[float, Param("0-1", 0, 1, "chance that a scandal leads to an imposed reorganisation")] = 0.3
    glare: Annotated[float, Param(
        "ratio", 1, 3, "effect of public attention on fear, relative to its usual effect")] = 1.5
    # fmt: on

    # No direct cost: posts are booked when they are filled, and reforms when they occur.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the additional funding, the chance of a reform, and the greater effect of publicity on fear."""
        return (
            ParameterEffect("publicity.money", shift=self.money),
            ParameterEffect("publicity.reform", shift=self.reform),
            ParameterEffect("fear.publicity", factor=self.glare),
        )
