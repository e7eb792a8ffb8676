"""Funding: posts that the budget pays for, and prevention."""

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


@dataclass(frozen=True, kw_only=True)
class Prevention(Lever, kind="prevention"):
    """Part of the budget funds early help for families, which reduces referrals about two years later."""

    audience = "government and councils"
    proponents = "Chris Mills (23 June 2014) and Karen Broadhurst: preventative services can reduce cost"
    systems = ("S39",)

    # fmt: off
    share: Annotated[float, Param(
        "share of budget", 0, 0.3, "additional share of the budget spent on prevention")] = 0.05
    effect: Annotated[float, Param("share per 10 % of budget", 0, 0.25, "reduction of referrals per 10 % of the budget",
        "assumed", "science notes, e_pv: no estimate found")] = 0.1
    # fmt: on

    # No direct cost: the model books the share of the budget.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the share of the budget and its effect on referrals."""
        return (
            ParameterEffect("demand.prevention", shift=self.share),
            ParameterEffect("demand.prevention_effect", towards=self.effect, at_once=True),
        )


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
