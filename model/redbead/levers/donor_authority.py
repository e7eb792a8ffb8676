"""Donor authority: a good service lends staff to a failing one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class DonorAuthority(Lever, kind="donor-authority"):
    """The authority lends staff hours to another authority that has been taken over."""

    audience = "government and successful authorities"
    proponents = "the government of December 2015: trusts composed of more successful authorities and charities"
    systems = ("S11",)

    share: Annotated[float, Param("share", 0, 0.3, "share of staff hours lent", likely=(0.0, 0.1))] = 0.05

    # No direct cost: the authority still pays the salaries, and repayments by the borrower are not counted.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the share of hours lent."""
        return (ParameterEffect("workload.lent_hours", shift=self.share),)
