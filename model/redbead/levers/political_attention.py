"""Political attention: ministers care while the story lasts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class PoliticalAttention(Lever, kind="political-attention"):
    """A scandal brings money and reforms while the public looks, and more fear of being looked at."""

    audience = "politicians and the press"
    proponents = "Tim Loughton, a former children's minister (June 2017), who missed the subject in the campaign"
    systems = ("S41", "S44")

    money: Annotated[float, Param("share/unit", 0, 0.5, "posts that public attention brings while it lasts")] = 0.1
    reform: Annotated[float, Param("0-1", 0, 1, "chance that a scandal brings an imposed reorganisation")] = 0.3
    glare: Annotated[float, Param("ratio", 1, 3, "fear from public attention, against before")] = 1.5

    # No cost of its own: posts are booked as they are filled, reforms as they come.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Bring money, reform and glare."""
        return (
            ParameterEffect("publicity.money", shift=self.money),
            ParameterEffect("publicity.reform", shift=self.reform),
            ParameterEffect("fear.publicity", factor=self.glare),
        )
