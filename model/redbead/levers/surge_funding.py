"""Surge funding: more posts, to match a spike of referrals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class SurgeFunding(Lever, kind="surge-funding"):
    """The budget pays for more posts than the establishment has; they still have to be filled."""

    audience = "government and council treasurers"
    proponents = "Chris Mills (23 June 2014): staff to match the spike in demand"
    systems = ("S36", "S37")

    share: Annotated[
        float,
        Param(
            "share",
            0,
            1,
            "posts paid for on top of the establishment",
            "measured",
            "23 of 146 posts asked for: Victoria 2014",
        ),
    ] = 0.16

    # No cost of its own: salaries are booked when the posts are filled.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Pay for more posts."""
        return (ParameterEffect("authority.extra_posts", shift=self.share),)
