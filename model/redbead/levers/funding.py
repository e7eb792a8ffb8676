"""Funding: a permanently larger establishment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Funding(Lever, kind="funding"):
    """The budget funds more posts than before, which must still be filled."""

    audience = "government and council treasurers"
    proponents = "Chris Mills (28 June 2014): government can choose to increase funding quite easily"
    systems = ("S37", "S34")
    excludes = ("underfunding",)

    share: Annotated[float, Param("share", 0, 1, "additional funded posts, as a share of the establishment")] = 0.1

    # No direct cost: salaries are booked when the posts are filled.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the additional funded posts."""
        return (ParameterEffect("authority.extra_posts", shift=self.share),)
