"""Surge funding: additional posts to match a surge of referrals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class SurgeFunding(Lever, kind="surge-funding"):
    """The budget funds more posts than the establishment has, which must still be filled."""

    audience = "government and council treasurers"
    proponents = "Chris Mills (23 June 2014): staff to match the spike in demand"
    systems = ("S36", "S37")

    # fmt: off
    share: Annotated[float, Param("share", 0, 1, "additional funded posts, as a share of the establishment", "measured",
        "23 of 146 requested posts: Victoria 2014")] = 0.16
    # fmt: on

    # No direct cost: salaries are booked when the posts are filled.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the additional funded posts."""
        return (ParameterEffect("authority.extra_posts", shift=self.share),)
