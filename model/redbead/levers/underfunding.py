"""Underfunding: a budget below the establishment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Underfunding(Lever, kind="underfunding"):
    """The budget no longer funds all posts of the establishment, and posts that become vacant are not filled."""

    audience = "government and council treasurers"
    proponents = "treasuries that cut grants; the National Audit Office (2016): quality does not follow spending"
    systems = ("S37", "S34")
    excludes = ("funding",)

    share: Annotated[float, Param("share", 0, 0.3, "share of the establishment that is no longer funded")] = 0.1

    # No direct cost: salaries decrease as posts remain vacant.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the posts that are no longer funded."""
        return (ParameterEffect("authority.extra_posts", shift=-self.share),)
