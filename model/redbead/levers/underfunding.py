"""Underfunding: a budget that falls short of the establishment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Underfunding(Lever, kind="underfunding"):
    """The budget no longer pays for all the posts of the establishment; those that fall vacant are not filled."""

    audience = "government and council treasurers"
    proponents = "treasuries that cut grants; the National Audit Office (2016): quality does not follow spending"
    systems = ("S37", "S34")
    excludes = ("funding",)

    share: Annotated[float, Param("share", 0, 0.3, "posts of the establishment that are no longer paid for")] = 0.1

    # No cost of its own: salaries are saved as posts stay empty.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Pay for fewer posts."""
        return (ParameterEffect("authority.extra_posts", shift=-self.share),)
